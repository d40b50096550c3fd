#!/usr/bin/env bash
# Puts released app-servers where `cargo test --test real_servers` looks for them, and prints where that is.
#
#   scripts/real-servers.sh [FOLDER]
#
# They come from the npm registry, by pinned version, and are checked against pinned digests. FOLDER is
# $XDG_CACHE_HOME/responses-parity/real-servers (or ~/.cache/…) unless given; what is there already is left alone.
set -euo pipefail

folder=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/responses-parity/real-servers}
target=x86_64-unknown-linux-musl

# version, version of the package that holds the binary, the binary in it, its SHA-256
servers='
0.53.0  0.53.0            codex/codex  83ca241e18155590bc958f13ab21be48c3df1a632a82114203da909895540c81
0.128.0 0.128.0-linux-x64 codex/codex  ee37d1c34afdc84d4ede02e7593d968fb70e35f82780920a2fef861bf7c9f1d6
0.169.0 0.169.0-linux-x64 bin/codex    b452ca20f838a8855a88a41050ee4a694033fff4ea3ecdad5633e6e0e8d13f2b
'

fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

[ "$(uname -sm)" = 'Linux x86_64' ] || fail "the pinned binaries are for Linux on x86-64, this is $(uname -sm)"
command -v npm > /dev/null || fail 'npm is needed to fetch the binaries; it comes with Node.js'

fetch() {
    local version=$1 package=$2 binary=$3 digest=$4
    local place=$folder/codex-$version
    [ -x "$place/codex" ] && return
    mkdir -p "$folder"
    local work
    work=$(mktemp -d "$folder/.fetching-XXXXXX")
    trap 'rm -rf "$work"' RETURN
    (cd "$work" && npm pack --silent "@openai/codex@$package" > /dev/null)
    mkdir "$work/server"
    tar -xzf "$work"/*.tgz -C "$work/server" --strip-components=3 "package/vendor/$target"
    echo "$digest  $work/server/$binary" | sha256sum --check --quiet - \
        || fail "codex $version is not the binary that was pinned"
    mkdir "$work/place"
    mv "$work/server" "$work/place/vendor"
    ln -s "vendor/$binary" "$work/place/codex"
    rm -rf "$place"
    mv "$work/place" "$place"
}

while read -r version package binary digest; do
    [ -n "$version" ] && fetch "$version" "$package" "$binary" "$digest"
done <<< "$servers"
printf '%s\n' "$folder"
