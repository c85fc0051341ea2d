#!/usr/bin/env bash
set -euo pipefail
shopt -s inherit_errexit
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$BAKE_STEP_FOLDER/../lib.sh"

UNITS=(ossec.target bake-notifier.service)

[[ -x /var/ossec/bin/ossec-control ]] || die 'OSSEC is not installed, so it cannot be enabled'
for unit in "${UNITS[@]}"; do
  [[ -f /etc/systemd/system/$unit ]] || die "$unit is missing: the step ossec-config comes before this one"
done
for unit in "${UNITS[@]}"; do
  if [[ $(systemctl is-enabled "$unit" 2>/dev/null) != enabled ]]; then
    quietly systemctl enable "$unit"
    say "$unit: enabled at boot"
  fi
done
