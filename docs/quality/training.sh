#!/bin/sh
# Measures what training gains over the best treatments of rounding (docs/quality.md), recipe by recipe.
#
#   docs/quality/training.sh OUT [MODEL [RECIPE...]]
#
# Trains OUT/RECIPE-trained unless it is there, then writes OUT/RECIPE.json: the errors of 64 pictures of untrained
# prompts. There the trained model is the base, so that each ratio says how many times its error the others have.
# GRANULAR is the command to run, MINUTES how long each training takes, STEPS the sampler's steps of the pictures.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
shipped=$here/../../engine/src/main/resources/io/granular/engine/plan/recipes
out=$1
model=${2:-demo}
[ $# -gt 2 ] && shift 2 || set -- w3-g32 w4a8
granular=${GRANULAR:-granular}
mkdir -p "$out/recipes"

for base; do
  trained=$out/$base-trained
  [ -d "$trained" ] || "$granular" train "$model" --recipe "$base" --minutes "${MINUTES:-15}" --to "$trained"
  sides="--side fp32 --side $trained --side $base"
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
  # shellcheck disable=SC2086
  "$granular" quality "$model" $sides --prompts "$here/held-out.txt" --seeds 101,102,103,104 \
    ${STEPS:+--steps "$STEPS"} --out "$out/pictures" --json > "$out/$base.json"
done
