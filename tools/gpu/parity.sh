#!/usr/bin/env bash
# Trains with one seed in fp32, tf32 and bf16 on a device, and compares the ends of the loss curves; prints JSON.
# parity.sh PROGRAM DEVICE SIZE FOLDER; fails if the end of G_L1 differs from fp32's by more than the tolerance, or a precision is not available.
set -euo pipefail

readonly program=$1 device=$2 size=$3 folder=$4
readonly steps=200 end=50 tolerance=0.1

rm -rf "$folder"
mkdir -p "$folder"
"$program" data synth --out "$folder/data" --count 40 --val 2 --size "$size" --quiet
for precision in fp32 tf32 bf16; do
    "$program" train pix2pix --data "$folder/data" --out "$folder/$precision" --steps $steps --seed 1 --log-freq 1 --sample-freq 0 \
        --generator "unet$size" --load-size "$size" --crop-size "$size" --device "$device" --precision "$precision" --quiet >&2
done

# The mean of a loss over the last steps.
ending() {
    sed -nE "s/.*\"$2\":([-+0-9.eE]+).*/\1/p" "$folder/$1/log.jsonl" | tail -n $end | awk '{ sum += $1 } END { if (NR == 0) exit 1; printf "%.6g", sum / NR }'
}

fp32=$(ending fp32 G_L1) tf32=$(ending tf32 G_L1) bf16=$(ending bf16 G_L1)
agrees=$(awk -v a="$fp32" -v b="$tf32" -v c="$bf16" -v t="$tolerance" '
    function off(x) { x = (x - a) / a; return x < 0 ? -x : x }
    BEGIN { print (off(b) <= t && off(c) <= t) ? "true" : "false" }')
printf '{"device":"%s","size":%d,"steps":%d,"averaged":%d,"loss":"G_L1","fp32":%s,"tf32":%s,"bf16":%s,"tolerance":%s,"agrees":%s}\n' \
    "$device" "$size" $steps $end "$fp32" "$tf32" "$bf16" "$tolerance" "$agrees"
if [[ $agrees != true ]]; then
    echo "training in less than fp32 ends elsewhere: G_L1 of $fp32 in fp32, $tf32 in tf32, $bf16 in bf16" >&2
    exit 1
fi
