#!/usr/bin/env bash
# quick.sh OPTIONS PLACE PROGRAM...: runs the program with OPTIONS in the place of a file, for its eyes only.
set -euo pipefail
mount --bind -- "$1" "$2"
exec "${@:3}"
