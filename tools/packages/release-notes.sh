#!/usr/bin/env bash
# Release notes of a version: its section of CHANGELOG.md. release-notes.sh vX.Y.Z
set -euo pipefail
version=${1:?release-notes.sh TAG}
version=${version#v}
notes=$(awk -v heading="## $version" '$0 == heading { on = 1; next } /^## / { on = 0 } on' "$(dirname "$0")/CHANGELOG.md")
[ -n "$notes" ] || { echo "CHANGELOG.md has no section '## $version'" >&2; exit 1; }
printf '## IlgpuGan %s\n%s\n' "$version" "$notes"
