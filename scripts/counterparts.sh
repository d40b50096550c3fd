#!/usr/bin/env bash
# Installs the clients that the tests named counterparts_* compare with, each at one version, into a cache folder
# outside of the work tree. What is there already is kept. Prints the folder.
set -euo pipefail
cd "$(dirname "$0")/.."

NODE_OPENAI=6.49.0
PYTHON_OPENAI=3.57.0

cache="${XDG_CACHE_HOME:-$HOME/.cache}/responses-parity"

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

command -v node >/dev/null && command -v npm >/dev/null || fail 'counterparts need Node.js 20 or newer with npm'
command -v python3 >/dev/null || fail 'counterparts need Python 3.9 or newer with venv'

node_folder="$cache/node-openai-$NODE_OPENAI"
if [ ! -f "$node_folder/complete" ]; then
    mkdir -p "$node_folder"
    npm install --prefix "$node_folder" --no-audit --no-fund --ignore-scripts --loglevel=error "openai@$NODE_OPENAI" >&2
    touch "$node_folder/complete"
fi

python_folder="$cache/python-openai-$PYTHON_OPENAI"
if [ ! -f "$python_folder/complete" ]; then
    python3 -m venv --clear "$python_folder"
    "$python_folder/bin/python" -m pip install --quiet --disable-pip-version-check \
        --constraint tests/counterparts/constraints.txt "openai==$PYTHON_OPENAI" >&2
    touch "$python_folder/complete"
fi

printf '%s\n' "$cache"
