#!/usr/bin/env bash
# Packs everything that measure.sh needs into one folder for a machine without .NET: pack.sh [--data DIR] [--unpaired DIR] [OUT]
# OUT (default artifacts/gpu) must be new or made by an earlier call. Nothing else of the repository is needed there.
set -euo pipefail

readonly here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly root=$(cd "$here/../.." && pwd)
readonly mark=gpu-measuring-program

fail() {
    echo "pack.sh: $*" >&2
    exit 1
}

out=$root/artifacts/gpu
data='' unpaired=''
while [[ $# -gt 0 ]]; do
    case $1 in
        --data) [[ $# -ge 2 ]] || fail "--data needs a folder"; data=$2; shift 2 ;;
        --unpaired) [[ $# -ge 2 ]] || fail "--unpaired needs a folder"; unpaired=$2; shift 2 ;;
        -*) fail "'$1' is no option; usage: pack.sh [--data DIR] [--unpaired DIR] [OUT]" ;;
        *) out=$1; shift ;;
    esac
done

if [[ -e $out && ! -e $out/$mark ]] && [[ -n $(ls -A "$out") ]]; then
    fail "'$out' holds other things; name a new folder"
fi

rm -rf "$out"
mkdir -p "$out"
touch "$out/$mark"

dotnet publish "$here/Suite" -c Release -p:ForDevice=true -v q -nologo -o "$out/published"
mv "$out/published/IlgpuGan.Suite" "$out/ilgpugan"
mv "$out/published/Golden" "$out"
rm -r "$out/published"
# A card's minutes are too few to find out there that the trimmed program compiles no kernel.
"$out/ilgpugan" kernels dump --out "$out/kernels" >/dev/null || fail "the packed program does not compile its kernels"
rm -r "$out/kernels"
cp "$here/measure.sh" "$here/conformance.sh" "$here/parity.sh" "$here/summary.sh" "$here/bring.sh" "$here/serve_load.py" "$here/README.md" "$out"
mkdir "$out/peers"
cp "$root"/benchmarks/Peers/{networks,networks_families,networks_noise,networks_small,repeats,torch_bench,torch_families,torch_noise,torch_small}.py \
    "$here/torch_gpu.py" "$out/peers"

# OpenCL's loader, where this machine has it: machines for CUDA often have only the driver's part.
loader=$(ldconfig -p | sed -nE 's/.*libOpenCL\.so\.1 .*=> (.*)/\1/p' | head -1)
if [[ -n $loader ]]; then
    mkdir "$out/opencl"
    cp -L "$loader" "$out/opencl/libOpenCL.so.1"
else
    echo 'pack.sh: libOpenCL.so.1 is not on this machine: the steps opencl-* need one there' >&2
fi

if [[ -n $data ]]; then
    [[ -d $data/train ]] || fail "'$data' has no folder 'train' of pairs"
    mkdir -p "$out/data/train" "$out/data/val"
    if [[ -d $data/val ]]; then
        cp "$data"/train/* "$out/data/train"
        cp "$data"/val/* "$out/data/val"
    else
        # Every tenth pair is held out for the evaluation.
        number=0
        for pair in "$data"/train/*; do
            number=$((number + 1))
            cp "$pair" "$out/data/$([[ $((number % 10)) -eq 0 ]] && echo val || echo train)"
        done
    fi
fi

# Of a set without a test part, every tenth picture is held out.
if [[ -n $unpaired ]]; then
    for side in A B; do
        [[ -d $unpaired/train$side ]] || fail "'$unpaired' has no folder 'train$side'"
        mkdir -p "$out/unpaired/train$side" "$out/unpaired/test$side"
        number=0
        for picture in "$unpaired/train$side"/*; do
            number=$((number + 1))
            cp "$picture" "$out/unpaired/$([[ $((number % 10)) -eq 0 ]] && echo test || echo train)$side"
        done
    done
fi

echo "$out: $(du -sh "$out" | cut -f1)"
