#!/usr/bin/env bash
# Runs all measurements on the GPU of this machine; needs no .NET. See README.md beside it.
set -uo pipefail

readonly usage='measure.sh --out DIR [--bring DIR] [--device cuda] [--minutes 9] [--size 256] [--stage NAME,...] [--only NAME,...] [--list]
  --minutes  stop within this time; another call with the same --out continues with what is missing
  --bring    keep at most eight files there with the results to copy back, updated after every step
  --size     side of the pictures; 64 is a quick trial
  --data     pairs to train on, with parts train and val (default: data beside this program, if it is there)
  --unpaired sets to train CycleGAN on, trainA, trainB, testA, testB (default: unpaired beside this program, if it is there)
  --stage    check, steps, families, inference, serving, wall, opencl, ranks, kernels, peers, tune, train, compiled or model (default: all)
  --only     steps to run, even if they are done; a name may end in * (quoted)
  --list     print stage and name of each step and run nothing'
readonly here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly program=${ILGPUGAN:-$here/ilgpugan}

wrong() {
    printf 'measure.sh: %s\nusage: %s\n' "$1" "$usage" >&2
    exit 2
}

device=cuda minutes=9 size=256 data=$here/data unpaired=$here/unpaired stages='' only='' out='' bring='' list=
while [[ $# -gt 0 ]]; do
    case $1 in
        --list) list=yes; shift; continue ;;
        --help | -h) echo "usage: $usage"; exit 0 ;;
        --device | --minutes | --size | --data | --unpaired | --stage | --only | --out | --bring) [[ $# -ge 2 ]] || wrong "$1 needs a value" ;;
        *) wrong "'$1' is no option" ;;
    esac
    case $1 in
        --device) device=$2 ;;
        --minutes) minutes=$2 ;;
        --size) size=$2 ;;
        --data) data=$2 ;;
        --unpaired) unpaired=$2 ;;
        --stage) stages=$2 ;;
        --bring) bring=$2 ;;
        --only) only=$2 ;;
        --out) out=$2 ;;
    esac
    shift 2
done
[[ $minutes =~ ^[1-9][0-9]*$ ]] || wrong "--minutes takes a whole number, not '$minutes'"
[[ $size =~ ^(64|128|256)$ ]] || wrong "--size takes 64, 128 or 256, not '$size'"
for stage in ${stages//,/ }; do
    [[ $stage =~ ^(check|steps|families|inference|serving|wall|opencl|ranks|kernels|peers|tune|train|compiled|model)$ ]] ||
        wrong "--stage takes check, steps, families, inference, serving, wall, opencl, ranks, kernels, peers, tune, train, compiled and model, not '$stage'"
done
[[ -n $out || -n $list ]] || wrong "--out is missing"

# Timed steps and warm-up steps, for short and for long steps: enough for a minimum and a median, after two seconds in which clocks and allocators settle.
many=(500 200) few=(100 40) batches=(1 4 16 64) both=(1 4) sides=(256 1024) several=(1 8) pairs=360 epochs=10 layer=() narrow=()
if [[ $size -lt 256 ]]; then
    many=(2 1) few=(2 1) batches=(1 2) both=(1) sides=(256) several=(1) pairs=4 epochs=1 layer=(--layer 1,16,16,16,16,3,1,1) narrow=(--generator resnet6 --ngf 8 --ndf 8)
fi

readonly families=(pix2pix cyclegan discogan dualgan cut unsb singan bicyclegan bridge stargan pix2pixhd spade gan dcgan wgan wgan-gp lapgan pggan ebgan began
    gman madgan triplegan stackgan stackgan-v2 r3gan)
# Those whose small preset PyTorch trains, too; pix2pix and CycleGAN have a stage of their own.
readonly beside=(discogan dualgan cut unsb bicyclegan bridge stargan pix2pixhd spade dcgan)

# Tensor cores are used on CUDA only.
precisions=(fp32)
[[ $device != cuda* ]] || precisions+=(tf32 bf16)

# The plan: for every step its NAME, its time limit in seconds, and a command that prints JSON. $1 is called with each.
# Correctness comes first: errors are found before anything is timed.
plan() {
    local batch precision name mode shape preset of
    stage=check
    "$1" card 30 card
    "$1" devices 60 "$program" devices --json
    # A step of every kind, in parallel: failures are found by name, and the driver caches the compiled kernels.
    "$1" smoke 120 smoke
    "$1" suites 540 suites
    "$1" sanitizer 240 sanitizer
    "$1" conformance 300 bash "$here/conformance.sh" "$program" "$device" "$size" "$out/conformance"

    stage=steps
    for precision in "${precisions[@]}"; do
        for batch in "${batches[@]}"; do
            timed pix2pix "$batch"
            "$1" "step-pix2pix-$batch-$precision" 90 "$program" bench step --workload pix2pix --batch "$batch" --precision "$precision" "${timed[@]}" --size "$size"
        done
        for batch in "${both[@]}"; do
            timed cyclegan "$batch"
            "$1" "step-cyclegan-$batch-$precision" 90 "$program" bench step --workload cyclegan --batch "$batch" --precision "$precision" "${timed[@]}" --size "$size"
        done
    done
    # The gain of recording a step as one graph, and of copying the next pictures during a step.
    for name in pix2pix cyclegan; do
        timed "$name" 1
        "$1" "step-$name-1-eager" 60 "$program" bench step --workload "$name" --eager "${timed[@]}" --size "$size"
        for mode in overlapped waiting; do
            "$1" "step-$name-1-feed-$mode" 60 "$program" bench step --workload "$name" --feed "$mode" "${timed[@]}" --size "$size"
        done
    done
    "$1" parity 300 bash "$here/parity.sh" "$program" "$device" "$size" "$out/parity"
    for precision in "${precisions[@]}"; do
        for name in unet256 resnet9; do
            timed "$name" 1
            "$1" "infer-$name-$precision" 60 "$program" bench infer --workload "$name" --precision "$precision" "${timed[@]}" --size "$(side "$name")"
        done
    done

    # Every family: ten steps of both presets, the small one's losses beside the processor's, and for twelve families PyTorch's steps.
    stage=families
    for name in "${families[@]}"; do
        "$1" "losses-$name" 90 losses "$name"
        for preset in small reference; do
            "$1" "family-$name-$preset" 90 "$program" bench step --workload "$name" --preset "$preset" --device "$device" --steps 10 --warmup 6 --json
        done
    done
    for name in "${beside[@]}"; do
        "$1" "peer-family-$name" 120 family_peer "$name"
    done

    stage=inference
    for name in unet256 resnet9; do
        for of in "${sides[@]}"; do
            for batch in "${several[@]}"; do
                for precision in "${precisions[@]}"; do
                    "$1" "forward-$name-$of-$batch-$precision" 60 "$program" bench infer --workload "$name" --size "$of" --batch "$batch" \
                        --precision "$precision" --device "$device" --seconds 1 --json
                done
                "$1" "peer-forward-$name-$of-$batch" 150 pytorch --workload "$name" --size "$of" --batch "$batch" \
                    --precision fp16,bf16 --layout nhwc --mode compile-max-graph
            done
        done
    done

    stage=serving
    "$1" serve 100 serve
    "$1" folder 120 folder

    # Wall time of a training's step, with checkpoints, pictures and log, beside the steps alone.
    stage=wall
    "$1" wall-pix2pix 120 wall pix2pix
    "$1" wall-cyclegan 120 wall cyclegan

    stage=opencl
    "$1" opencl-devices 60 opencl_devices
    "$1" opencl-step-pix2pix 120 opencl bench step --device opencl --steps 10 --warmup 6 --json --size "$(side pix2pix)"
    "$1" opencl-ops 240 opencl suite opencl Ops
    "$1" opencl-golden 240 opencl suite opencl Golden

    stage=ranks
    "$1" ranks 120 ranks

    stage=kernels
    timed pix2pix 1
    "$1" profile 60 "$program" bench step --profile "$out/profile.json" "${timed[@]}" --size "$size"
    for name in pix2pix cyclegan; do
        for precision in "${precisions[@]}"; do
            "$1" "counters-$name-$precision" 200 counters "$name" "$precision"
        done
    done
    for name in conv2d conv2d-input-gradient conv2d-weight-gradient matmul copy add add-per-channel expand-per-channel concat leaky-relu leaky-relu-gradient \
        tanh dropout sum sum-per-channel instance-norm batch-norm instance-norm-gradient instance-norm-relu-pad instance-norm-relu-pad-gradient pad-reflect pad-reflect-gradient adam; do
        "$1" "kernels-$name" 60 "$program" kernels bench "$name" --device "$device" --json "${layer[@]}"
    done

    # Every layer of both models, each of its three passes on every rung, with cold caches; transposed convolutions are measured as gradients.
    if [[ $device == cuda* ]]; then
        for shape in 3,256,256,64,4,2,1 6,256,256,64,4,2,1 64,128,128,128,4,2,1 128,64,64,256,4,2,1 256,32,32,512,4,2,1 256,32,32,512,4,1,1 \
            512,31,31,1,4,1,1 512,16,16,512,4,2,1 512,8,8,512,4,2,1 512,4,4,512,4,2,1 512,2,2,512,4,2,1 \
            512,4,4,1024,4,2,1 512,8,8,1024,4,2,1 512,16,16,1024,4,2,1 256,32,32,1024,4,2,1 128,64,64,512,4,2,1 64,128,128,256,4,2,1 3,256,256,128,4,2,1 \
            3,262,262,64,7,1,0 64,256,256,128,3,2,1 128,128,128,256,3,2,1 256,66,66,256,3,1,0 64,262,262,3,7,1,0; do
            for name in conv2d conv2d-input-gradient conv2d-weight-gradient; do
                "$1" "cold-$name-${shape//,/-}" 60 "$program" kernels bench "$name" --device "$device" --cold --json --layer "1,$shape"
            done
        done
    fi

    # PyTorch's steps: one process per row.
    stage=peers
    peers "$1" eager,graph,graph-fused

    # Finds the fastest kernel for each layer on this card, and times the steps with these. Results of a call that is cut short are kept.
    stage=tune
    for name in pix2pix cyclegan; do
        timed "$name" 1
        for precision in "${precisions[@]}"; do
            "$1" "tune-$name-$precision" 300 env ILGPUGAN_TUNE=1 "ILGPUGAN_TUNING_DIR=$out/tuning" "$program" bench step --workload "$name" \
                --precision "$precision" --device "$device" --steps 2 --warmup 3 --json --size "$(side "$name")"
            "$1" "step-$name-1-$precision-tuned" 60 env "ILGPUGAN_TUNING_DIR=$out/tuning" "$program" bench step --workload "$name" \
                --precision "$precision" "${timed[@]}" --size "$(side "$name")"
        done
    done

    stage=train
    if [[ -d $data/train && -d $data/val ]]; then
        "$1" facades 86400 facades
    fi
    if [[ -d $unpaired/trainA ]]; then
        "$1" cyclegan 86400 cyclegan
    fi
    if [[ -d $data/train && -d $data/val ]]; then
        # The evaluation first trains a segmenter on the pairs.
        "$1" facades-labels 400 "$program" evaluate --model "$out/facades" --data "$data" --split val --out "$out/facades-labels" --device "$device" --json
    fi

    # Compilation takes PyTorch a minute per step.
    stage=compiled
    peers "$1" compile,compile-graph-fused

    stage=model
    for precision in "${precisions[@]}"; do
        "$1" "model-pix2pix-1-$precision" 60 "$program" kernels model --precision "$precision" --size "$(side pix2pix)" --json
        "$1" "model-cyclegan-1-$precision" 60 "$program" kernels model --workload cyclegan --precision "$precision" --size "$size" --json
    done
}

# Sets "timed": options with the number of timed steps of a workload and a batch.
timed() {
    local counts=("${few[@]}")
    [[ $1 == cyclegan || $2 != 1 ]] || counts=("${many[@]}")
    timed=(--device "$device" --steps "${counts[0]}" --warmup "${counts[1]}" --json)
}

# The U-Net (unet256), ours and the peers', needs at least 256 pixels.
side() {
    [[ $1 == unet256 || $1 == pix2pix ]] && echo 256 || echo "$size"
}

# The same steps in PyTorch, in the given modes and in both layouts: a line of JSON each, or an error.
peers() {
    local precision name
    if [[ -z ${python+known} && -z $list ]] && wanted; then
        python=
        python3 -c 'import torch' 2>/dev/null && python=python3
        [[ -n $python ]] || echo 'PyTorch is not on this machine: its programs are left out.'
    fi
    [[ -n ${python-python3} ]] || return
    for name in pix2pix cyclegan; do
        for precision in "${precisions[@]}"; do
            "$1" "peer-$name-$precision-${2//,/-}" 300 "${python:-python3}" "$here/peers/torch_gpu.py" --workload "$name" --precision "$precision" \
                --mode "$2" --layout nchw,nhwc --size "$(side "$name")"
        done
    done
}

# The driver's data of the card: its clocks and limits explain times.
card() {
    local fields=name,driver_version,memory.total,power.limit,clocks.max.sm,clocks.max.memory,clocks.sm,temperature.gpu,mig.mode.current values
    if ! command -v nvidia-smi >/dev/null; then
        echo '{"skipped":"nvidia-smi is not on this machine"}'
        return
    fi
    values=$(timeout -k 5 "$allowed" nvidia-smi --query-gpu=$fields --format=csv,noheader | head -1) || return
    printf '{"fields":"%s","values":"%s"}\n' "$fields" "${values//\"/}"
}

# A step of each model in each precision, as a graph, and one kernel by kernel, which waits for each launch.
smoke() {
    local name precision code=0 running=() names=()
    for name in pix2pix cyclegan; do
        for precision in "${precisions[@]}"; do
            timeout -k 5 "$allowed" "$program" bench step --workload "$name" --precision "$precision" --device "$device" --steps 2 --warmup 4 \
                --size "$(side "$name")" --json >"$out/json/smoke-$name-$precision.txt" 2>"$out/logs/smoke-$name-$precision.log" &
            running+=($!) names+=("$name-$precision")
        done
        CUDA_LAUNCH_BLOCKING=1 timeout -k 5 "$allowed" "$program" bench step --workload "$name" --eager --device "$device" --steps 1 --warmup 1 \
            --size "$(side "$name")" --json >"$out/json/smoke-$name-eager.txt" 2>"$out/logs/smoke-$name-eager.log" &
        running+=($!) names+=("$name-eager")
    done
    for i in "${!running[@]}"; do
        if ! wait "${running[$i]}"; then
            code=1
            echo "${names[$i]}: $(tail -n 1 "$out/logs/smoke-${names[$i]}.log")" >&2
        fi
    done
    printf '{"steps":%d}\n' "${#running[@]}"
    return "$code"
}

# The tests of the device, in parallel parts, since a test leaves most of the card and all but one core idle.
# A part that is done is not repeated by the next call.
suites() {
    local folder=$out/suites part code=0 separator='' running=() names=()
    local -A parts=([ops]=Ops [kernels]=Gpu [training]='Nn Autodiff' [recording]=Recording [golden]=Golden)
    mkdir -p "$folder"
    [[ -z $only ]] || rm -f "$folder"/*.code
    for part in ops kernels training recording golden; do
        [[ -e $folder/$part.code ]] && continue
        # shellcheck disable=SC2086
        { timeout -k 5 "$allowed" "$program" suite "$device" ${parts[$part]} >"$folder/$part.json" 2>"$folder/$part.log"; echo $? >"$folder/$part.code"; } &
        running+=($!) names+=("$part")
    done
    [[ ${#running[@]} -eq 0 ]] || wait "${running[@]}"
    printf '{"suites":['
    for part in ops kernels training recording golden; do
        cat "$folder/$part.log" >&2
        case $(<"$folder/$part.code") in
            0) ;;
            124 | 137) code=124; rm "$folder/$part.code"; echo "the tests of $part were not done in time" >&2; continue ;;
            *) [[ $code -eq 124 ]] || code=1 ;;
        esac
        printf '%s' "$separator"
        [[ $(head -c 1 "$folder/$part.json") == '{' ]] && tr -d '\n' <"$folder/$part.json" || printf null
        separator=,
    done
    printf ']}\n'
    return "$code"
}

# Checks one layer's kernels on all rungs for accesses out of bounds and for races; the tool is part of the CUDA toolkit.
sanitizer() {
    local tool code
    if ! command -v compute-sanitizer >/dev/null; then
        echo '{"skipped":"compute-sanitizer is not on this machine"}'
        return
    fi
    for tool in memcheck racecheck; do
        timeout -k 5 $((allowed / 2)) compute-sanitizer --tool "$tool" --error-exitcode 9 --target-processes all --log-file "$out/logs/$tool.txt" \
            "$program" kernels bench conv2d --device "$device" --json --layer 1,16,16,16,16,3,1,1 >"$out/logs/$tool-output.txt"
        code=$?
        if [[ $code -ne 0 ]]; then
            echo "$tool: $(tail -n 1 "$out/logs/$tool.txt")" >&2
            return "$code"
        fi
    done
    echo '{"memcheck":"no errors","racecheck":"no errors"}'
}

# The calls of a recorded step, one by one, with the card's counters: time, bytes, issued instructions, stall reasons of warps.
# The eager step and the recorded one are skipped; each kernel is repeated for each group of counters, which takes most of the time.
counters() {
    local kernels launches=(600 350) warps=smsp__average_warps_issue_stalled per=per_issue_active.ratio
    [[ $1 == pix2pix ]] || launches=(4100 700)
    if ! command -v ncu >/dev/null; then
        echo '{"skipped":"ncu is not on this machine"}'
        return
    fi
    # Counters are kept if the time is up.
    timeout -k 5 "$allowed" ncu --launch-skip "${launches[0]}" --launch-count "${launches[1]}" --csv --page raw --target-processes all --cache-control none --clock-control none \
        --metrics "gpu__time_duration.sum,sm__throughput.avg.pct_of_peak_sustained_elapsed,dram__bytes.sum,lts__t_bytes.sum,smsp__issue_active.avg.pct_of_peak_sustained_active,sm__warps_active.avg.pct_of_peak_sustained_active,launch__registers_per_thread,launch__waves_per_multiprocessor,${warps}_long_scoreboard_$per,${warps}_short_scoreboard_$per,${warps}_barrier_$per,${warps}_math_pipe_throttle_$per" \
        "$program" bench step --workload "$1" --precision "$2" --device "$device" --steps 1 --warmup 2 --size "$(side "$1")" --json >"$out/counters-$1-$2.csv"
    kernels=$(grep -c '^"[0-9]' "$out/counters-$1-$2.csv")
    gzip -f "$out/counters-$1-$2.csv"
    printf '{"kernels":%d,"file":"counters-%s-%s.csv.gz"}\n' "$kernels" "$1" "$2"
    [[ $kernels -gt 0 ]]
}

# Trains or resumes: train RUN SECONDS OPTIONS… Returns 124 if the time was up before the training was done, with a checkpoint.
train() {
    local run=$1 seconds=$2 given=(--resume "$1")
    shift 2
    if [[ ! -e $run/checkpoints/latest.safetensors ]]; then
        given=("$@" --seed 1 --sample-freq 4000 --save-steps 20000 --save-epoch-freq 50 --crop-size "$size" --load-size $((size * 286 / 256)) --out "$run")
    fi
    # An interrupted training writes a checkpoint.
    timeout -s INT -k 60 "$seconds" "$program" train "${given[@]}" --device "$device" --quiet >&2
}

seconds_left() {
    local left=$((deadline - $(date +%s)))
    echo $((left > 5 ? left : 5))
}

# The paper's 200 epochs, or as many as fit, then scores and pictures of the held-out pairs.
facades() {
    local code precision=()
    # A checkpoint has hundreds of megabytes, so there are few.
    [[ $device == cuda* ]] && precision=(--precision bf16)
    train "$out/facades" $((allowed * 3 / 4)) pix2pix --data "$data" --direction BtoA --generator "unet$size" "${precision[@]}"
    code=$?
    [[ $code -eq 0 || $code -eq 124 ]] || return "$code"
    timeout -k 5 "$(seconds_left)" "$program" evaluate --model "$out/facades" --data "$data" --split val --no-labels --pictures "$out/pictures/facades" --device "$device" --json || return
    return "$code"
}

# 200 epochs, or as many as fit, then pictures of the held-out sets in both directions.
cyclegan() {
    local code=0 rest=$((allowed / 8)) way part precision=()
    [[ $device == cuda* ]] && precision=(--precision tf32)
    [[ $rest -lt 45 ]] || rest=45
    train "$out/cyclegan" $((allowed - rest)) cyclegan --data "$unpaired" "${precision[@]}" "${narrow[@]}"
    code=$?
    [[ $code -eq 0 || $code -eq 124 ]] || return "$code"
    for way in AtoB BtoA; do
        part=test${way:0:1}
        mkdir -p "$out/pictures/cyclegan-$way"
        timeout -k 5 "$(seconds_left)" "$program" translate --model "$out/cyclegan" --input "$unpaired/$part" --out "$out/pictures/cyclegan-$way" \
            --direction "$way" --device "$device" --quiet >&2 || return
    done
    tail -n 1 "$out/cyclegan/log.jsonl"
    return "$code"
}

# The losses of a first step on the processor and on the device, from one seed, on drawn data; they may differ by rounding. Ten steps must run.
losses() {
    local where difference
    for where in cpu "$device"; do
        rm -rf "$out/losses/$where/$1"
        timeout -k 5 $((allowed / 2)) "$program" demo --family "$1" --steps 10 --device "$where" --out "$out/losses/$where" --quiet >&2 || return
    done
    first() {
        head -n 1 "$out/losses/$1/$2/run/log.jsonl" | tr ',{}' '\n\n\n' | awk -F: 'NF == 2 && $1 !~ /"(step|epoch|lr|seconds)"/ { print $1, $2 }'
    }
    difference=$(paste <(first cpu "$1") <(first "$device" "$1") | awk '
        NF != 4 || $1 != $3 { print "the logs have different losses: " $0 >"/dev/stderr"; bad = 1; exit 1 }
        { gap = $2 - $4; gap = gap < 0 ? -gap : gap; scale = $2 < 0 ? -$2 : $2; scale = scale > 1e-2 ? scale : 1e-2
          worst = gap / scale > worst ? gap / scale : worst }
        END { if (bad || !NR) exit 1; printf "%.3g", worst }') || return
    printf '{"family":"%s","worst_loss_difference":%s}\n' "$1" "$difference"
    awk -v d="$difference" 'BEGIN { exit !(d <= 1e-3) }' || { echo "losses of the first step differ by $difference" >&2; return 1; }
}

# PyTorch's step of a family's small preset, with pictures as large as ours had.
family_peer() {
    local of
    of=$(sed -nE 's/.*"size": ?([0-9]+).*/\1/p' "$out/json/family-$1-small.json" 2>/dev/null | head -1)
    pytorch --workload "$1" --mode graph-fused,compile-graph-fused --size "${of:-$size}"
}

pytorch() {
    if ! python3 -c 'import torch' 2>/dev/null; then
        echo '{"skipped":"PyTorch is not on this machine"}'
        return
    fi
    timeout -k 5 "$allowed" python3 "$here/peers/torch_gpu.py" "$@"
}

# Draws pictures, unless they are there: drawn FOLDER OPTIONS… A call that is killed meanwhile leaves no folder that passes for whole.
drawn() {
    [[ -d $1 ]] || { "$program" data synth --out "$1.part" "${@:2}" --quiet >&2 && mv "$1.part" "$1"; }
}

# An untrained pix2pix and pictures for it: weights change no time.
model() {
    local precision=()
    [[ $device != cuda* ]] || precision=(--precision bf16)
    if [[ ! -e $out/model/checkpoints/latest.safetensors ]]; then
        drawn "$out/drawn" --count 4 --val 1 --size 256 &&
            "$program" train pix2pix --data "$out/drawn" --out "$out/model" --steps 0 "${precision[@]}" --quiet >&2 || return
    fi
    drawn "$out/landscapes" --kind day-night --count "$1" --size 256
}

# Pictures a second, and the slowest answers of a hundred, of a server with 1, 8 and 64 clients.
serve() {
    local page='' clients server line lines=()
    model 1000 || return
    "$program" serve --model "$out/model" --port 0 --device "$device" --places 80 --json >"$out/server.txt" 2>"$out/logs/server.log" &
    server=$!
    for _ in $(seq 150); do
        page=$(sed -nE 's/.*"page": ?"([^"]*)".*/\1/p' "$out/server.txt")
        [[ -z $page ]] || break
        sleep 0.2
    done
    for clients in 1 8 64; do
        line=$(timeout -k 5 $((allowed / 4)) python3 "$here/serve_load.py" "$page" model "$out/landscapes/trainA" "$clients" 8) || break
        lines+=("$line")
    done
    kill "$server"
    wait "$server"
    printf '{"loads":[%s]}\n' "$(IFS=,; echo "${lines[*]}")"
    [[ ${#lines[@]} -eq 3 ]]
}

# A folder of 1,000 pictures, and how busy the card is meanwhile.
folder() {
    local begun busy=null watch=''
    model 1000 || return
    rm -rf "$out/translated" "$out/busy.txt"
    if command -v nvidia-smi >/dev/null && [[ $device == cuda* ]]; then
        nvidia-smi --query-gpu=utilization.gpu --format=csv,noheader,nounits -lms 100 >"$out/busy.txt" &
        watch=$!
    fi
    begun=$(date +%s%N)
    timeout -k 5 "$allowed" "$program" translate --model "$out/model" --input "$out/landscapes/trainA" --out "$out/translated" --device "$device" --quiet >&2
    local code=$? nanoseconds=$(($(date +%s%N) - begun))
    if [[ -n $watch ]]; then
        kill "$watch"
        busy=$(awk '{ sum += $1 } END { print NR ? sum / NR : "null" }' "$out/busy.txt")
    fi
    printf '{"pictures":%d,"seconds":%.2f,"card_busy_percent":%s}\n' "$(find "$out/translated" -type f | wc -l)" "$(awk -v n="$nanoseconds" 'BEGIN { print n / 1e9 }')" "$busy"
    return "$code"
}

# The wall time of a training's step: of one epoch more than the first, so without the start, with checkpoints, pictures and log as by default.
wall() {
    local given=(--data "$out/wall-data") precision=() seconds=() count begun
    [[ $device != cuda* ]] || precision=(--precision bf16)
    drawn "$out/wall-data" --count "$pairs" --val 4 --size "$size" || return
    if [[ $1 == cyclegan ]]; then
        drawn "$out/wall-sets" --kind day-night --count $((pairs / 4)) --size "$size" || return
        given=(--data "$out/wall-sets" "${narrow[@]}")
    elif [[ $size -lt 256 ]]; then
        given+=(--generator unet64 --ngf 8 --ndf 8)
    fi
    for count in 1 $((1 + epochs)); do
        rm -rf "$out/wall-$1"
        begun=$(date +%s%N)
        timeout -k 5 $((allowed * count / (1 + epochs) + 20)) "$program" train "$1" "${given[@]}" --out "$out/wall-$1" --epochs "$count" --epochs-decay 0 \
            --load-size $((size * 286 / 256)) --crop-size "$size" "${precision[@]}" --seed 1 --device "$device" --quiet >&2 || return
        seconds+=($(($(date +%s%N) - begun)))
    done
    awk -v one="${seconds[0]}" -v all="${seconds[1]}" -v epochs="$epochs" -v steps="$([[ $1 == cyclegan ]] && echo $((pairs / 4)) || echo "$pairs")" \
        'BEGIN { printf "{\"epochs\":%d,\"steps_an_epoch\":%d,\"wall_s_per_step\":%.6f}\n", epochs, steps, (all - one) / 1e9 / epochs / steps }'
}

# The program with the OpenCL of NVIDIA's driver: a machine for CUDA often has neither OpenCL's loader nor a list of drivers.
opencl() {
    mkdir -p "$out/drivers"
    echo libnvidia-opencl.so.1 >"$out/drivers/nvidia.icd"
    LD_LIBRARY_PATH=$here/opencl:/usr/local/nvidia/lib64:${LD_LIBRARY_PATH:-} OCL_ICD_VENDORS=${OCL_ICD_VENDORS:-$out/drivers} \
        timeout -k 5 "$allowed" "$program" "$@"
}

# The list of devices; fails with its own reason if none is OpenCL's.
opencl_devices() {
    local list
    list=$(opencl devices --json) || return
    printf '%s\n' "$list"
    [[ $list =~ \"opencl:0\" ]] || { sed -nE 's/.*"opencl", ?"available": ?false, ?"description": ?"([^"]*)".*/\1/p' <<<"$list" >&2; return 1; }
}

# Two processes that share the card must train to the bits of one.
ranks() {
    local count
    if ! command -v mpirun >/dev/null; then
        echo '{"skipped":"Open MPI is not on this machine"}'
        return
    fi
    rm -rf "$out/ranks-data"
    "$program" data synth --out "$out/ranks-data" --count 8 --val 1 --size 64 --quiet >&2 || return
    for count in 1 2; do
        rm -rf "$out/ranks-$count"
        timeout -k 5 $((allowed / 2)) mpirun --allow-run-as-root --oversubscribe --bind-to none -n "$count" "$program" train pix2pix --data "$out/ranks-data" \
            --out "$out/ranks-$count" --steps 6 --batch-size 2 --reduction tree --generator unet64 --ngf 16 --ndf 16 --load-size 72 --crop-size 64 --seed 1 \
            --sample-freq 0 --device "$device" --quiet >&2 || return
        "$program" export --model "$out/ranks-$count" --to safetensors --out "$out/ranks-$count.safetensors" --quiet >&2 || return
    done
    cmp "$out/ranks-1.safetensors" "$out/ranks-2.safetensors" >&2 || { echo 'two ranks end with other weights than one' >&2; return 1; }
    echo '{"ranks":2,"same_bits":true}'
}

print_name() {
    if wanted "$1"; then
        echo "$stage $1"
    fi
}

# Whether the plan's stage, and the step of this name, were requested.
wanted() {
    [[ -z $stages || ,$stages, == *,$stage,* ]] && { [[ -z $only || $# -eq 0 ]] || named "$1"; }
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
[[ -d $unpaired ]] && unpaired=$(cd "$unpaired" && pwd)

# All steps but the tuned ones use the table.
export ILGPUGAN_TUNING_DIR=
# The cache of compiled kernels is kept beside the results, since the machine may have no home directory.
export HOME=${HOME:-$out} CUDA_CACHE_PATH=$out/cuda-cache CUDA_CACHE_MAXSIZE=1073741824
readonly reserve=10
readonly deadline=$(($(date +%s) + minutes * 60 - reserve))
touch "$out/done.txt"
: >"$out/waiting.txt"

perform() {
    local name=$1 most=$2 begun code left
    shift 2
    wanted "$name" || return
    if [[ -z $only ]] && grep -q "^$name " "$out/done.txt"; then
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
        # The call's time is up, not the step's: the next call repeats the step.
        echo "$name" >>"$out/waiting.txt"
        echo "$name: cut short"
        take_home
        return
    fi
    [[ $code -ne 124 && $code -ne 137 ]] || echo "not done within $allowed seconds" >>"$out/logs/$name.log"
    { grep -v "^$name " "$out/done.txt"; echo "$name $code $(($(date +%s) - begun))"; } >"$out/done.new"
    mv "$out/done.new" "$out/done.txt"
    if [[ $code -eq 0 ]]; then
        echo "$name: done"
    else
        echo "$name: failed ($code): $(tail -n 1 "$out/logs/$name.log")"
    fi
    take_home
}

# Updates the files of --bring; pictures only on request, since packing them takes a moment.
take_home() {
    if [[ -n $bring ]]; then
        bash "$here/summary.sh" "$out" && bash "$here/bring.sh" "$out" "$bring" "$@"
    fi
}

plan perform
take_home pictures
bash "$here/summary.sh" "$out" || exit 1
echo "$out/summary.md"
if [[ -s $out/waiting.txt ]]; then
    echo "Time is up with $(wc -l <"$out/waiting.txt") steps to go: call again with the same --out."
fi
if awk '$2 != 0 { found = 1 } END { exit !found }' "$out/done.txt"; then
    echo "FAILED: $(awk '$2 != 0 { printf "%s ", $1 }' "$out/done.txt")"
    exit 1
fi
