#!/usr/bin/env bash
set -euo pipefail
shopt -s inherit_errexit
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$BAKE_STEP_FOLDER/../lib.sh"

command -v python3 >/dev/null || die 'python3 is missing: what is in the image is reported by it'

# What the seal removes is not in the image: its list lies beside this step.
nice python3 -I -B "$BAKE_STEP_FOLDER/report" "$BAKE_INVENTORY_FILE" "$BAKE_STEP_FOLDER"/../*-seal-clean/paths.tsv
