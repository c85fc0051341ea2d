#!/usr/bin/env bash
set -euo pipefail
shopt -s inherit_errexit
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$BAKE_STEP_FOLDER/../lib.sh"
sha256=''
# shellcheck source=/dev/null
. "$BAKE_STEP_FOLDER/values.sh"

UNIT=amazon-ssm-agent.service
file=/var/tmp/bake/artifacts/$sha256

[[ -f $file ]] || die "$file is missing: the SSM agent's package was not uploaded"
sha256sum --check --status <<<"$sha256  $file" || die "$file is not the file that the fleet file names by its sha256"
package=$(dpkg-deb --field "$file" Package)
version=$(dpkg-deb --field "$file" Version)
[[ $package == amazon-ssm-agent ]] || die "$file is the package $package, not amazon-ssm-agent"

# The package starts its agent by itself and past policy-rc.d; a condition that is not met makes that a no-op.
# Not where it runs already: then it may be what carries this very connection.
if [[ -d /run/systemd/system ]] && ! systemctl --quiet is-active "$UNIT"; then
  mkdir --parents "/run/systemd/system/$UNIT.d"
  printf '[Unit]\nConditionPathExists=/nonexistent\n' >"/run/systemd/system/$UNIT.d/bake.conf"
  systemctl daemon-reload
fi

if [[ $(LC_ALL=C dpkg-query --show --showformat='${db:Status-Status} ${Version}' "$package" 2>/dev/null) != "installed $version" ]]; then
  DEBIAN_FRONTEND=noninteractive quietly dpkg --install --force-confdef --force-confold "$file"
  say "installed $package $version"
fi
if [[ $(LC_ALL=C systemctl is-enabled "$UNIT" 2>/dev/null) != enabled ]]; then
  quietly systemctl enable "$UNIT"
  say "$UNIT: enabled at boot"
fi
