#!/usr/bin/env bash
# Five training steps on the processor and on a device from one seed, then pictures with one dropout seed; prints JSON.
# conformance.sh PROGRAM DEVICE SIZE FOLDER; fails if losses differ by more than 1e-3 relative or pictures by more than rounding.
set -euo pipefail

readonly program=$1 device=$2 size=$3 folder=$4
readonly tolerance=1e-3

rm -rf "$folder"
mkdir -p "$folder"
"$program" data synth --out "$folder/data" --count 6 --val 2 --size "$size" --quiet
# Narrow networks: in wide GANs rounding errors exceed any tolerance within a few steps, even if nothing is wrong.
for where in cpu "$device"; do
    "$program" train pix2pix --data "$folder/data" --out "$folder/$where" --steps 5 --seed 1 --log-freq 1 --sample-freq 0 \
        --generator "unet$size" --ngf 16 --ndf 16 --load-size "$size" --crop-size "$size" --device "$where" --quiet >&2
done

losses() {
    tr ',{}' '\n\n\n' <"$1/log.jsonl" | awk -F: '/"(G|D)_/ { print $1, $2 }'
}

# The largest relative difference of a loss over the five steps.
difference=$(paste <(losses "$folder/cpu") <(losses "$folder/$device") | awk '
    NF != 4 || $1 != $3 { print "the logs have different losses: " $0 >"/dev/stderr"; bad = 1; exit 1 }
    { gap = $2 - $4; gap = gap < 0 ? -gap : gap; scale = $2 < 0 ? -$2 : $2; scale = scale > 1e-6 ? scale : 1e-6
      worst = gap / scale > worst ? gap / scale : worst }
    END { if (bad || NR != 20) { print NR " losses instead of 20" >"/dev/stderr"; exit 1 }; printf "%.3g", worst }')

# The same checkpoint and dropout seed on both; another seed on the CPU shows that dropout has an effect on this picture.
source=$(ls "$folder"/data/val/* | head -1)
picture() {
    "$program" translate --model "$folder/cpu" --input "$source" --out "$folder/$3.npy" --size "$size" --dropout-seed "$2" --device "$1" --quiet >&2
}
picture cpu 7 same-cpu
picture "$device" 7 same-device
picture cpu 8 other-seed

# The number of 8-bit values that differ by more than one between two pictures of the same size.
apart() {
    { cmp -l "$1" "$2" || [[ $? -eq 1 ]]; } | awk '
        function value(octal) { return int(octal / 100) * 64 + int(octal / 10) % 10 * 8 + octal % 10 }
        { gap = value($2) - value($3); if (gap > 1 || gap < -1) count++ }
        END { print count + 0 }'
}
devices_apart=$(apart "$folder/same-cpu.npy" "$folder/same-device.npy")
seeds_apart=$(apart "$folder/same-cpu.npy" "$folder/other-seed.npy")

# Different dropout masks would differ as much as another seed does; rounding errors stay below two levels.
agrees=$(awk -v d="$difference" -v t="$tolerance" -v a="$devices_apart" -v b="$seeds_apart" 'BEGIN { print (d <= t && a == 0 && b > 0) ? "true" : "false" }')
printf '{"device":"%s","size":%d,"steps":5,"worst_loss_difference":%s,"tolerance":%s,"values_apart":%d,"values_apart_with_another_dropout_seed":%d,"agrees":%s}\n' \
    "$device" "$size" "$difference" "$tolerance" "$devices_apart" "$seeds_apart" "$agrees"
if [[ $agrees != true ]]; then
    echo "'$device' does not agree with 'cpu': losses by $difference, $devices_apart values of the picture ($seeds_apart with another dropout seed)" >&2
    exit 1
fi
