#!/usr/bin/env bash
# Packs the results of measure.sh, without checkpoints, into at most eight files of at most 16 MiB: bring.sh FOLDER TARGET [pictures]
set -euo pipefail

readonly folder=$1 target=$2 most=$((15 * 1024 * 1024))

mkdir -p "$target"
cd "$folder"
cp summary.md results.json "$target"

# Only files that exist and fit.
pack() {
    local archive=$1 file total=0
    shift
    for file in "$@"; do
        [[ -f $file ]] || continue
        total=$((total + $(stat -c %s "$file")))
        [[ $total -le $most ]] || break
        echo "$file"
    done | tar --create --gzip --file "$archive.new" --files-from - && mv "$archive.new" "$archive"
}

pack "$target/logs.tar.gz" done.txt json/* logs/* tuning/* suites/* */log.jsonl */options.json */evaluation.json */evaluation.csv
if compgen -G 'counters-*.csv.gz' >/dev/null; then
    pack "$target/counters.tar.gz" counters-*.csv.gz
fi
if [[ ${3-} == pictures ]]; then
    shopt -s nullglob globstar
    pack "$target/pictures.tar.gz" pictures/cyclegan-*/* pictures/facades/**
    pack "$target/reports.tar.gz" */report.html profile.json
fi
