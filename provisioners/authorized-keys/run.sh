#!/usr/bin/env bash
set -euo pipefail
shopt -s inherit_errexit
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$BAKE_STEP_FOLDER/../lib.sh"
ssh_user=
# shellcheck source=/dev/null
. "$BAKE_STEP_FOLDER/values.sh"

FOLDER=/etc/ssh/authorized_keys.d
DROP_IN=/etc/ssh/sshd_config.d/10-bake-authorized-keys.conf

[[ $ssh_user =~ ^[a-z_][a-z0-9_.-]{0,31}$ ]] || die "'$ssh_user' is not the name of a user"
mkdir --parents -- "$FOLDER" "${DROP_IN%/*}"

# Not ~/.ssh/authorized_keys: there cloud-init writes the launch key of each instance, and the seal removes the build's.
place "$BAKE_STEP_FOLDER/authorized_keys" "$FOLDER/$ssh_user" root root 0644
place "$BAKE_STEP_FOLDER/sshd.conf" "$DROP_IN" root root 0644
[[ " $(sshd_setting authorizedkeysfile "$ssh_user") " == *" $FOLDER/%u "* ]] ||
  die "sshd does not use $DROP_IN: /etc/ssh/sshd_config sets AuthorizedKeysFile first, or includes no sshd_config.d"
