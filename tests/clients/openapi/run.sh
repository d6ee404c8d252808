#!/bin/sh
# Lints the OpenAPI document, generates and compiles clients of it, lets one manage an app, and fuzzes the server by it:
# ./run.sh [path of the consentry program]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "${1:-$here/../../../target/debug/consentry}")
cd "$here"
[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --ignore-scripts --loglevel=error
[ .venv/ready -nt requirements.txt ] || {
    rm -rf .venv
    python3 -m venv .venv
    .venv/bin/pip install --quiet --disable-pip-version-check --requirement requirements.txt
    touch .venv/ready
}
exec timeout 850 python3 run.py "$program"
