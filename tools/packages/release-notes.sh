#!/usr/bin/env bash
# Release notes of a version: its section of CHANGELOG.md. release-notes.sh vX.Y.Z
set -euo pipefail
version=${1:?release-notes.sh TAG}
version=${version#v}
notes=$(awk -v heading="## $version" '$0 == heading { on = 1; next } /^## / { on = 0 } on' "$(dirname "$0")/CHANGELOG.md")
[ -n "$notes" ] || { echo "CHANGELOG.md has no section '## $version'" >&2; exit 1; }
printf '## IlgpuGan %s\n%s\n' "$version" "$notes"
cat << 'END'

The files are not signed. macOS refuses one that a browser has loaded until `xattr -d com.apple.quarantine ilgpugan` has been run in its folder; Windows' SmartScreen
asks once: More info, Run anyway. On macOS there is no GPU: its OpenCL is 1.2.
END
