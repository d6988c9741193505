#!/usr/bin/env bash
# Measures everything there is to measure on the GPU of this machine; needs no .NET. Read README.md beside it.
set -uo pipefail

readonly usage='measure.sh --out DIR [--device cuda] [--minutes 9] [--size 256] [--data DIR] [--only NAME,...] [--list]
  --minutes  stop in time for a call of that length; calling again with the same --out goes on with what is missing
  --size     side of the pictures; 64 tries the program out in little time
  --data     pairs to train on, with parts train and val (default: data beside this program, if it is there)
  --only     steps to run, also such that are done; a name may end in * (quoted)
  --list     print the names of the steps and run nothing'
readonly here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly program=${ILGPUGAN:-$here/ilgpugan}

wrong() {
    printf 'measure.sh: %s\nusage: %s\n' "$1" "$usage" >&2
    exit 2
}

device=cuda minutes=9 size=256 data=$here/data only='' out='' list=
while [[ $# -gt 0 ]]; do
    case $1 in
        --list) list=yes; shift; continue ;;
        --help | -h) echo "usage: $usage"; exit 0 ;;
        --device | --minutes | --size | --data | --only | --out) [[ $# -ge 2 ]] || wrong "$1 needs a value" ;;
        *) wrong "'$1' is no option" ;;
    esac
    case $1 in
        --device) device=$2 ;;
        --minutes) minutes=$2 ;;
        --size) size=$2 ;;
        --data) data=$2 ;;
        --only) only=$2 ;;
        --out) out=$2 ;;
    esac
    shift 2
done
[[ $minutes =~ ^[1-9][0-9]*$ ]] || wrong "--minutes takes a whole number, not '$minutes'"
[[ $size =~ ^(64|128|256)$ ]] || wrong "--size takes 64, 128 or 256, not '$size'"
[[ -n $out || -n $list ]] || wrong "--out is missing"

steps=20 warmup=5 batches=(1 16) layer=()
if [[ $size -lt 256 ]]; then
    steps=2 warmup=1 batches=(1 2) layer=(--layer 1,16,16,16,16,3,1,1)
fi

# The plan: every step as NAME, the most seconds that it may take, and a command that prints JSON. $1 is what to do with each.
plan() {
    local batch precision name mode
    "$1" devices 60 "$program" devices --json
    for precision in fp32 tf32 bf16; do
        "$1" "model-pix2pix-1-$precision" 60 "$program" kernels model --precision "$precision" --size "$(side pix2pix)" --json
        "$1" "model-cyclegan-1-$precision" 60 "$program" kernels model --workload cyclegan --precision "$precision" --size "$size" --json
    done
    "$1" conformance 300 bash "$here/conformance.sh" "$program" "$device" "$size" "$out/conformance"
    for precision in fp32 tf32 bf16; do
        for batch in "${batches[@]}"; do
            "$1" "step-pix2pix-$batch-$precision" 120 "$program" bench step --workload pix2pix --batch "$batch" --precision "$precision" "${timed[@]}" --size "$size"
        done
        "$1" "step-cyclegan-1-$precision" 120 "$program" bench step --workload cyclegan --precision "$precision" "${timed[@]}" --size "$size"
    done
    "$1" parity 600 bash "$here/parity.sh" "$program" "$device" "$size" "$out/parity"
    # What recording a step as one graph saves, and what copying the next pictures meanwhile.
    for name in pix2pix cyclegan; do
        "$1" "step-$name-1-eager" 120 "$program" bench step --workload "$name" --eager "${timed[@]}" --size "$size"
        for mode in overlapped waiting; do
            "$1" "step-$name-1-feed-$mode" 120 "$program" bench step --workload "$name" --feed "$mode" "${timed[@]}" --size "$size"
        done
    done
    for precision in fp32 tf32 bf16; do
        for name in unet256 resnet9; do
            "$1" "infer-$name-$precision" 120 "$program" bench infer --workload "$name" --precision "$precision" "${timed[@]}" --size "$(side "$name")"
        done
    done
    for precision in fp32 tf32 bf16; do
        for mode in eager graph compile; do
            for batch in "${batches[@]}"; do
                peer "$1" pix2pix "$batch" "$precision" "$mode"
            done
            peer "$1" cyclegan 1 "$precision" "$mode"
        done
    done
    for name in conv2d conv2d-input-gradient conv2d-weight-gradient matmul copy add add-per-channel expand-per-channel concat leaky-relu leaky-relu-gradient \
        tanh dropout sum sum-per-channel instance-norm batch-norm instance-norm-gradient instance-norm-relu-pad instance-norm-relu-pad-gradient pad-reflect pad-reflect-gradient adam; do
        "$1" "kernels-$name" 120 "$program" kernels bench "$name" --device "$device" --json "${layer[@]}"
    done
    "$1" profile 120 "$program" bench step --profile "$out/profile.json" "${timed[@]}" --size "$size"
    if [[ -d $data/train && -d $data/val ]]; then
        "$1" facades 86400 facades
    fi
}
timed=(--device "$device" --steps "$steps" --warmup "$warmup" --json)

# The peers' U-Net, as ours called unet256, takes no less than 256 pixels.
side() {
    [[ $1 == unet256 || $1 == pix2pix ]] && echo 256 || echo "$size"
}

peer() {
    "$1" "peer-$2-$3-$4-$5" 240 "${python:-python3}" "$here/peers/torch_gpu.py" --workload "$2" --batch "$3" --precision "$4" --mode "$5" \
        --size "$(side "$2")" --steps "$steps" --warmup "$warmup"
}

# Trains, or goes on with, the paper's 200 epochs until the time is up, then measures what there is on the pairs kept back.
facades() {
    local run=$out/facades given=(--resume "$out/facades") code
    if [[ ! -e $run/checkpoints/latest.safetensors ]]; then
        given=(pix2pix --data "$data" --direction BtoA --seed 1 --sample-freq 2000 --save-steps 1000
            --generator "unet$size" --load-size $((size * 286 / 256)) --crop-size "$size" --out "$run")
    fi
    # An interrupt is answered with a checkpoint; the reserve is for the evaluation.
    timeout -s INT -k 60 $((allowed * 3 / 4)) "$program" train "${given[@]}" --device "$device" --quiet >&2
    code=$?
    [[ $code -eq 0 || $code -eq 124 ]] || return "$code"
    # It trains a segmenter first, once for these pairs; if that does not fit into this call, the next one finds the training done.
    local left=$((deadline - $(date +%s)))
    timeout -k 5 $((left > 5 ? left : 5)) "$program" evaluate --model "$run" --data "$data" --split val --pictures "$out/pictures" --device "$device" --json || return
    return "$code"
}

print_name() {
    echo "$1"
}

# True for a step that --only names.
named() {
    local patterns pattern
    IFS=, read -ra patterns <<<"$only"
    for pattern in "${patterns[@]}"; do
        # shellcheck disable=SC2053
        [[ $1 == $pattern ]] && return 0
    done
    return 1
}

if [[ -n $list ]]; then
    plan print_name
    exit 0
fi

[[ -x $program ]] || wrong "'$program' is not there; pack.sh makes the folder that this program runs in"
mkdir -p "$out/json" "$out/logs" || exit 1
out=$(cd "$out" && pwd)
[[ -d $data ]] && data=$(cd "$data" && pwd)
readonly reserve=10
readonly deadline=$(($(date +%s) + minutes * 60 - reserve))
touch "$out/done.txt"
: >"$out/waiting.txt"

perform() {
    local name=$1 most=$2 begun code left
    shift 2
    if [[ -n $only ]]; then
        named "$name" || return
    elif grep -q "^$name " "$out/done.txt"; then
        return
    fi
    begun=$(date +%s)
    left=$((deadline - begun))
    if [[ $left -lt 5 ]]; then
        echo "$name" >>"$out/waiting.txt"
        return
    fi
    allowed=$((left < most ? left : most))
    if [[ $(type -t "$1") == function ]]; then
        "$@" >"$out/json/$name.json" 2>"$out/logs/$name.log"
    else
        timeout -k 5 "$allowed" "$@" >"$out/json/$name.json" 2>"$out/logs/$name.log"
    fi
    code=$?
    if [[ ($code -eq 124 || $code -eq 137) && $allowed -lt $most ]]; then
        # Not its own fault: the call's time is up. The next call tries again.
        echo "$name" >>"$out/waiting.txt"
        echo "$name: cut short"
        return
    fi
    { grep -v "^$name " "$out/done.txt"; echo "$name $code $(($(date +%s) - begun))"; } >"$out/done.new"
    mv "$out/done.new" "$out/done.txt"
    if [[ $code -eq 0 ]]; then
        echo "$name: done"
    else
        echo "$name: failed ($code): $(tail -n 1 "$out/logs/$name.log")"
    fi
}

if python3 -c 'import torch' 2>/dev/null; then
    python=python3
else
    echo 'PyTorch is not on this machine: its programs are left out.'
    peer() { :; }
fi
plan perform
bash "$here/summary.sh" "$out" || exit 1
echo "$out/summary.md"
if [[ -s $out/waiting.txt ]]; then
    echo "Time is up with $(wc -l <"$out/waiting.txt") steps to go: call again with the same --out."
fi
! awk '$2 != 0 { found = 1 } END { exit !found }' "$out/done.txt"
