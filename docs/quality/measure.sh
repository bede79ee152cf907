#!/bin/sh
# Measures the treatments of weights and inputs (docs/quality.md) on a model, base by base.
#
#   docs/quality/measure.sh OUT [MODEL [BASE...]]
#
# Writes OUT/BASE.json. GRANULAR is the command to run, STEPS the sampler's steps; ONLY names the treatments to measure
# (all if empty) and NAME is then the file's name instead of BASE.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$1
model=${2:-demo}
[ $# -gt 2 ] && shift 2 || set -- w8a8 w4a8 w4-axis w4-g32 w3-g32 w2-g16
granular=${GRANULAR:-granular}
mkdir -p "$out/recipes"

# Everything of the U-Net but its first and last layers, its timestep layers and its norms; the rest stays exact.
recipe() { # NAME SCHEME
  cat > "$out/recipes/$1.json" <<END
{"version": 1, "name": "$1", "rules": [
  {"match": "unet.{conv_in,conv_out,time_embedding.**,**.time_emb_proj}", "keep": "fp32"},
  {"match": "unet.**.*norm*", "keep": "fp32"},
  {"match": "unet.**", $2},
  {"match": "**", "keep": "fp32"}]}
END
}

weights() {
  case $1 in
    w8a8) echo '"weights": {"bits": 8}, "activations": {"bits": 8}' ;;
    w4a8) echo '"weights": {"bits": 4}, "activations": {"bits": 8}' ;;
    w4-axis) echo '"weights": {"bits": 4}' ;;
    w4-g32) echo '"weights": {"bits": 4, "granularity": "per_group", "group": 32, "mapping": "asymmetric"}' ;;
    w3-g32) echo '"weights": {"bits": 3, "granularity": "per_group", "group": 32, "mapping": "asymmetric"}' ;;
    w2-g16) echo '"weights": {"bits": 2, "granularity": "per_group", "group": 16, "mapping": "asymmetric"}' ;;
    bf16) echo '"keep": "bf16"' ;; # the noise floor; it takes no treatments, so call it with ONLY=none
    *) echo "unknown base $1" >&2; exit 2 ;;
  esac
}

for base; do
  w=$(weights "$base")
  recipe "$base" "$w"
  sides="--side $out/recipes/$base.json"
  while read -r name treatments; do
    case " ${ONLY:-$name} " in *" $name "*) ;; *) continue ;; esac
    recipe "$base+$name" "$w, \"treatments\": {$treatments}"
    sides="$sides --side $out/recipes/$base+$name.json"
  done <<END
clip "clip": "mse"
bias "bias_correction": true
smooth "smooth": 0.5
gptq "gptq": true
split "split": true
rotate "rotate": true
lowrank16 "low_rank": 16
lowrank32 "low_rank": 32
gptq-clip-bias "gptq": true, "clip": "mse", "bias_correction": true
rotate-gptq-clip-bias "rotate": true, "gptq": true, "clip": "mse", "bias_correction": true
svdquant "smooth": 0.5, "low_rank": 32, "gptq": true
END
  # shellcheck disable=SC2086
  "$granular" quality "$model" --side fp32 $sides --prompts "$here/prompts.txt" --seeds 11,12 \
    --steps "${STEPS:-20}" --out "$out/pictures" --json > "$out/${NAME:-$base}.json"
done
