#!/usr/bin/env bash
# Redis as its package brings it.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get install -qq -y --no-install-recommends redis-server >/dev/null
systemctl enable --quiet redis-server
