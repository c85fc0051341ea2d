#!/usr/bin/env bash
# HAProxy as its package brings it.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get install -qq -y --no-install-recommends haproxy >/dev/null
systemctl enable --quiet haproxy
