#!/usr/bin/env bash
# Builds, strips and packs the program for Linux: one archive for each target that this Rust can build, in
# target/packages. Further targets, with their names: scripts/package-linux.sh x86_64-unknown-linux-musl
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

usual=x86_64-unknown-linux-gnu
musl=(x86_64-unknown-linux-musl aarch64-unknown-linux-musl)

[ "$(uname -s)" = Linux ] || fail "this packs programs for Linux, and this is $(uname -s); run it there"
[ "$(uname -m)" = x86_64 ] || [ $# -gt 0 ] || fail "$usual is packed on x86_64, and this is $(uname -m); name another target"

has_target() { [ -d "$(rustc --print target-libdir --target "$1" 2>/dev/null)" ]; }

if [ $# -gt 0 ]; then
    targets=("$@")
else
    targets=("$usual")
    for target in "${musl[@]}"; do
        if has_target "$target"; then targets+=("$target"); fi
    done
fi

pack() {
    local target=$1 out=target/packages name=responses-parity-$1 folder
    has_target "$target" || fail "this Rust has no standard library for $target; install it: rustup target add $target"
    cargo build --locked --release --target "$target"
    folder=$(mktemp -d)
    mkdir -p "$folder/$name/man" "$folder/$name/completions" "$out"
    cp "target/$target/release/responses-parity" README.md LICENSE CHANGELOG.md "$folder/$name/"
    strip "$folder/$name/responses-parity"
    if [ "$target" = "$usual" ]; then
        "$folder/$name/responses-parity" man --out "$folder/$name/man" >/dev/null
        for shell in bash zsh fish; do
            "$folder/$name/responses-parity" completions "$shell" >"$folder/$name/completions/responses-parity.$shell"
        done
    fi
    # The same input gives the same archive.
    tar --sort=name --mtime='@0' --owner=0 --group=0 --numeric-owner -C "$folder" -c "$name" | gzip -n >"$out/$name.tar.gz"
    rm -r "$folder"
    printf '%s\n' "$out/$name.tar.gz"
}

for target in "${targets[@]}"; do pack "$target"; done
