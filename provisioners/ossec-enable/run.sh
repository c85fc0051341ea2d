#!/usr/bin/env bash
set -euo pipefail
shopt -s inherit_errexit nullglob
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$BAKE_STEP_FOLDER/../lib.sh"

start_links() {
  local links=(/etc/rc[2345].d/S[0-9][0-9]ossec)
  printf '%s\n' "${#links[@]}"
}

[[ -x /etc/init.d/ossec ]] || die "OSSEC is not installed, so it cannot be enabled"
if (($(start_links) == 4)); then exit 0; fi
quietly update-rc.d ossec enable
(($(start_links) == 4)) || die "update-rc.d did not enable OSSEC"
say "ossec: enabled at boot"
