#!/bin/sh
# Lints the OpenAPI document, generates and compiles clients of it, lets one manage an app, and fuzzes the server by it:
# ./run.sh [path of the consentry program]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "${1:-$here/../../../target/debug/consentry}")
"$here/../prepare"
cd "$here"
exec timeout 850 python3 run.py "$program"
