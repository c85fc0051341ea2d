#!/usr/bin/env bash
set -euo pipefail
shopt -s inherit_errexit
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$BAKE_STEP_FOLDER/../lib.sh"

# What must be nowhere on the disk, for the program alone.
export BAKE_VERIFY_SECRETS

observed=$BAKE_STEP_FOLDER/observed.json
command -v python3 >/dev/null || die 'python3 is missing: the notifier of this image could not run either'
(
  umask 077
  python3 -IBu "$BAKE_STEP_FOLDER/probe" "$BAKE_VERIFY_PART" "$BAKE_STEP_FOLDER/expect.json" "$observed"
)
# It is fetched by the user who has logged in.
chmod 0644 -- "$observed"
