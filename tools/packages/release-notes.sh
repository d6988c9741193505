#!/usr/bin/env bash
# Release notes of a tag: the subjects of the commits since the tag before it, newest first. release-notes.sh TAG
set -euo pipefail
tag=${1:?release-notes.sh TAG}
before=$(git describe --tags --abbrev=0 --match 'v*' "$tag^" 2> /dev/null || true)
echo "## IlgpuGan ${tag#v}"
echo
git log --no-merges --format='- %s' "${before:+$before..}$tag"
