#!/usr/bin/env bash
# OSSEC from its source.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
read -ra packages <<<"$BUILD_PACKAGES"
if ((${#packages[@]} > 0)); then apt-get install -qq -y --no-install-recommends "${packages[@]}" >/dev/null; fi
source=$(mktemp -d)
tar --extract --file /tmp/ossec.tar --directory "$source" --strip-components=1
cat >"$source/etc/preloaded-vars.conf" <<'END'
USER_LANGUAGE="en"
USER_NO_STOP="y"
USER_INSTALL_TYPE="local"
USER_DIR="/var/ossec"
USER_DELETE_DIR="n"
USER_ENABLE_EMAIL="n"
USER_ENABLE_SYSCHECK="y"
USER_ENABLE_ROOTCHECK="y"
USER_ENABLE_ACTIVE_RESPONSE="y"
USER_ENABLE_FIREWALL_RESPONSE="n"
USER_WHITE_LIST="127.0.0.2"
USER_UPDATE="y"
USER_UPDATE_RULES="y"
END
(cd "$source" && ./install.sh </dev/null >/dev/null 2>&1)
rm -rf "$source" /tmp/ossec.tar
