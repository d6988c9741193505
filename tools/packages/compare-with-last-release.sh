#!/bin/sh
# compare-with-last-release.sh [TAG]: packs the commit of a tag, by default the last one before this commit, and validates the packages of this
# checkout against it. Members that went or changed are errors (CP0001 and others); without a tag there is nothing to compare with.
set -eu
cd "$(dirname "$0")/../.."
tag=${1:-$(git describe --tags --abbrev=0 --match 'v*.*.*' HEAD^ 2>/dev/null || true)}
if [ -z "$tag" ]; then
    echo "no release yet: nothing to compare with"
    exit 0
fi

work=$(mktemp -d)
trap 'git worktree remove --force "$work/tree"; rm -rf "$work"' EXIT
git worktree add --detach "$work/tree" "$tag" > "$work/log"
version=$(dotnet msbuild "$work/tree/models/Models.csproj" -getProperty:Version)
libraries=$(cd "$work/tree" && ls -d engine/Imaging engine/Tensors models models/Noise tools/Hosting tools/ExtensionsAI 2>/dev/null || true)
for library in $libraries; do
    dotnet pack "$work/tree/$library" -c Release -o "$work/packages" -v q -nologo
done

for library in $libraries; do
    dotnet pack "$library" -c Release -o "$work/today" -v q -nologo "-p:LastRelease=$work/packages" "-p:LastVersion=$version"
done
echo "every public member of $tag is there"
