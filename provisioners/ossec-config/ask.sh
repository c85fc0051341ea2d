#!/usr/bin/env bash
# Says what this image's OSSEC makes of log lines: `bake ossec test` runs it on a machine that becomes no image. The
# request is on standard input and the answer on standard output, as checks/ask.py has them.
set -euo pipefail
shopt -s inherit_errexit nullglob
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$BAKE_STEP_FOLDER/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=placing.sh
. "$BAKE_STEP_FOLDER/placing.sh"

# shellcheck disable=SC2034 # read by placing.sh
HOME_OF_OSSEC=/var/ossec

command -v python3 >/dev/null || die 'python3 is missing: the tests of rules need it'
place_rendered >&2
exec python3 -I -B "$BAKE_STEP_FOLDER/checks" ask "$BAKE_STEP_FOLDER"
