#!/bin/sh
# Measures what training gains over the best treatments of rounding (docs/quality.md), recipe by recipe.
#
#   docs/quality/training.sh OUT [MODEL [RECIPE...]]
#
# Trains OUT/RECIPE-rounded from rounded weights and prompts that ship, and OUT/RECIPE-trained from GPTQ's integers and
# prompts that the bundled model knows, unless they are there; then writes OUT/RECIPE.json: the errors of 64 pictures of
# untrained prompts. There OUT/RECIPE-trained is the base, so that each ratio says how many times its error the others have.
# GRANULAR is the command to run, MINUTES how long each training takes, STEPS the sampler's steps of the pictures.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
shipped=$here/../../engine/src/main/resources/io/granular/engine/plan/recipes
out=$1
model=${2:-demo}
[ $# -gt 2 ] && shift 2 || set -- w3-g32 w4a8
granular=${GRANULAR:-granular}
mkdir -p "$out/recipes"

train() { # FOLDER OPTIONS...
  to=$1
  shift
  [ -d "$to" ] || "$granular" train "$model" --minutes "${MINUTES:-15}" --to "$to" "$@"
}

for base; do
  sides="--side $base"
  while read -r name treatments; do
    recipe=$out/recipes/$base+$name.json
    sed "s/\"method\": \"ptq\"/\"method\": \"ptq\", \"treatments\": {$treatments}/" "$shipped/$base.json" > "$recipe"
    sides="$sides --side $recipe"
  done <<END
gptq "gptq": true
gptq-clip-bias "gptq": true, "clip": "mse", "bias_correction": true
rotate-gptq-clip-bias "rotate": true, "gptq": true, "clip": "mse", "bias_correction": true
svdquant "smooth": 0.5, "low_rank": 32, "gptq": true
END
  case $base in w4a8) start=gptq-clip-bias ;; *) start=gptq ;; esac
  train "$out/$base-rounded" --recipe "$base"
  train "$out/$base-trained" --recipe "$out/recipes/$base+$start.json" --prompts "$here/training-prompts.txt"
  # shellcheck disable=SC2086
  "$granular" quality "$model" --side fp32 --side "$out/$base-trained" --side "$out/$base-rounded" $sides \
    --prompts "$here/held-out.txt" --seeds 101,102,103,104 ${STEPS:+--steps "$STEPS"} --out "$out/pictures" \
    --json > "$out/$base.json"
done
