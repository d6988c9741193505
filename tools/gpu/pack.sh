#!/usr/bin/env bash
# Packs everything that measure.sh needs into one folder for a machine without .NET: pack.sh [--data DIR] [OUT]
# OUT (default artifacts/gpu) must be new or made by an earlier call. Fails if the folder exceeds what a transfer may carry.
set -euo pipefail

readonly limit=$((64 * 1024 * 1024))
readonly here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly root=$(cd "$here/../.." && pwd)
readonly mark=gpu-measuring-program

fail() {
    echo "pack.sh: $*" >&2
    exit 1
}

out=$root/artifacts/gpu
data=
while [[ $# -gt 0 ]]; do
    case $1 in
        --data) [[ $# -ge 2 ]] || fail "--data needs a folder"; data=$2; shift 2 ;;
        -*) fail "'$1' is no option; usage: pack.sh [--data DIR] [OUT]" ;;
        *) out=$1; shift ;;
    esac
done

if [[ -e $out && ! -e $out/$mark ]] && [[ -n $(ls -A "$out") ]]; then
    fail "'$out' holds other things; name a new folder"
fi

rm -rf "$out"
mkdir -p "$out"
touch "$out/$mark"

# Not trimmed: the kernel compiler reads the IL of methods that a trimmer takes for unused. The analyzer of single files would
# stop at the lookup of source lines beside an assembly, which does without them where an assembly has no place of its own.
# Without machine code, which would save the start half a second and fill 8 MB that pictures to train on need.
dotnet publish "$root/tools/Cli" -c Release -r linux-x64 --self-contained -v q -nologo -o "$out" \
    -p:PublishSingleFile=true -p:EnableCompressionInSingleFile=true -p:IncludeNativeLibrariesForSelfExtract=true \
    -p:InvariantGlobalization=true -p:PackAsTool=false -p:DebugType=none -p:PublishDocumentationFiles=false \
    -p:PublishReferencesDocumentationFiles=false -p:EnableSingleFileAnalyzer=false -p:PublishReadyToRun=false
cp "$here/measure.sh" "$here/conformance.sh" "$here/parity.sh" "$here/summary.sh" "$here/README.md" "$out"
mkdir "$out/peers"
cp "$root/benchmarks/Peers/networks.py" "$root/benchmarks/Peers/torch_bench.py" "$here/torch_gpu.py" "$out/peers"

if [[ -n $data ]]; then
    [[ -d $data/train ]] || fail "'$data' has no folder 'train' of pairs"
    mkdir -p "$out/data/train" "$out/data/val"
    if [[ -d $data/val ]]; then
        cp "$data"/train/* "$out/data/train"
        cp "$data"/val/* "$out/data/val"
    else
        # Every tenth pair is kept back, so that what is evaluated was never trained on.
        number=0
        for pair in "$data"/train/*; do
            number=$((number + 1))
            cp "$pair" "$out/data/$([[ $((number % 10)) -eq 0 ]] && echo val || echo train)"
        done
    fi
fi

bytes=$(du -sb "$out" | cut -f1)
echo "$out: $bytes bytes of at most $limit"
[[ $bytes -le $limit ]] || fail "the folder is too big by $((bytes - limit)) bytes"
