#!/usr/bin/env bash
set -euo pipefail
shopt -s inherit_errexit nullglob
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$BAKE_STEP_FOLDER/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=placing.sh
. "$BAKE_STEP_FOLDER/placing.sh"
# shellcheck source-path=SCRIPTDIR source=checking.sh
. "$BAKE_STEP_FOLDER/checking.sh"
system_log='' email='' blocking=''
# shellcheck source=/dev/null
. "$BAKE_STEP_FOLDER/values.sh"

HOME_OF_OSSEC=/var/ossec

[[ -x $HOME_OF_OSSEC/bin/ossec-control && -f /etc/ossec-init.conf ]] ||
  die "OSSEC is not installed in $HOME_OF_OSSEC, so it cannot be configured"

need_packages "$system_log" "$blocking"
place_rendered
place_static
place_hooks
wrap_control
drop_in maild ossec.target "$email" 'sends no e-mail'
drop_in blocking ossec@execd.service "$blocking" 'blocks nobody'
leave_sysv_off
prepare_system_log "$system_log"
run_checks "$system_log" "$email"
