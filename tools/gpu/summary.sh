#!/usr/bin/env bash
# Joins the results of measure.sh in a folder into results.json and summary.md: summary.sh FOLDER
set -euo pipefail

readonly folder=$1
cd "$folder"

# The first number or word after a key of a one-line JSON object.
field() {
    sed -nE "s/.*\"$2\": ?\"?([^\",}]*).*/\1/p" "$1" | head -1
}

# Milliseconds from the seconds under a key of a step's output; empty if they were not measured.
milliseconds() {
    awk -v s="$(field "json/$1.json" "$2")" 'BEGIN { if (s + 0 > 0) printf "%.3f", s * 1000 }'
}

{
    printf '{"steps":['
    separator=
    while read -r name code seconds; do
        printf '%s\n{"name":"%s","exit_code":%d,"seconds":%d,"result":' "$separator" "$name" "$code" "$seconds"
        # The output of a failed step is kept if it is complete JSON.
        if [[ $(head -c 1 "json/$name.json") == '{' && $(tail -n 1 "json/$name.json") == *'}' ]]; then
            # PyTorch's output has a line for each mode.
            [[ $(wc -l <"json/$name.json") -le 1 || $name != peer-* ]] && cat "json/$name.json" || printf '[%s]' "$(paste -sd, "json/$name.json")"
        else
            printf null
        fi
        printf '}'
        separator=,
    done <done.txt
    printf '\n]}\n'
} >results.json

{
    echo "# Measurements"
    echo
    echo "A step is timed twice: waiting for each, and waiting for the last alone, as in training. Of the host: its time until a step is launched."
    echo
    echo "| step | outcome | seconds | fastest step (ms) | median (ms) | unwaited (ms) | of the host (ms) | launches | GFLOP/s |"
    echo "|---|---|---:|---:|---:|---:|---:|---:|---:|"
    while read -r name code seconds; do
        fastest='' median='' rate='' unwaited='' host='' launches='' outcome=done
        if [[ $code -ne 0 ]]; then
            outcome="failed ($code): $(tail -n 1 "logs/$name.log" | tr '|' '/' | cut -c1-160)"
        elif [[ $name == peer-* ]]; then
            while read -r line; do
                echo "$line" >json/.line.json
                echo "| $name $(field json/.line.json layout) $(field json/.line.json mode) | $(field json/.line.json error)$(field json/.line.json skipped) | | $(milliseconds .line min_s) |" \
                    "$(milliseconds .line median_s) | $(milliseconds .line mean_unwaited_s) | | | $(field json/.line.json gflops) |"
            done <"json/$name.json"
            rm json/.line.json
            continue
        elif [[ $name == step-* || $name == infer-* || $name == family-* || $name == forward-* || $name == opencl-step-* ]]; then
            fastest=$(milliseconds "$name" min_s)
            median=$(milliseconds "$name" median_s)
            unwaited=$(milliseconds "$name" mean_unwaited_s)
            host=$(milliseconds "$name" host_s)
            launches=$(field "json/$name.json" launches_per_step)
            rate=$(field "json/$name.json" gflops)
        fi
        echo "| $name | $outcome | $seconds | $fastest | $median | $unwaited | $host | $launches | $rate |"
    done <done.txt
    echo
    echo "| small preset | fastest step (ms) | PyTorch, CUDA graph and fused Adam | the same compiled |"
    echo "|---|---:|---:|---:|"
    for file in json/peer-family-*.json; do
        [[ -s $file ]] || continue
        name=${file#json/peer-family-}
        name=${name%.json}
        of() { sed -nE "s/.*\"mode\": \"$1\".*\"min_s\": ([0-9.e-]+).*/\1/p" "$file" | awk '{ printf "%.3f", $1 * 1000 }'; }
        echo "| $name | $([[ ! -s json/family-$name-small.json ]] || milliseconds "family-$name-small" min_s) | $(of graph-fused) | $(of compile-graph-fused) |"
    done
    echo
    for name in serve folder wall-pix2pix wall-cyclegan ranks; do
        [[ ! -s json/$name.json ]] || echo "- $name: $(tail -n 1 "json/$name.json")"
    done
    if [[ -s waiting.txt ]]; then
        echo
        echo "Not finished in the time given (call measure.sh again with the same --out): $(tr '\n' ' ' <waiting.txt)"
    fi
} >summary.md
