#!/bin/sh
# Drives the pages in a real Chromium: ./run.sh [path of the consentry program]
# SCREENSHOTS names the folder for pictures of every page; CHROMIUM another browser than /usr/bin/chromium.
# QUICK=1 lives the stories without looking at each page; LOOK=PATTERN looks at those only whose name matches.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "${1:-$here/../../../target/debug/consentry}")
"$here/../prepare"
cd "$here"
exec timeout 600 node src/run.mjs "$program"
