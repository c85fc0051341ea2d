#!/usr/bin/env bash
# What every server has.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
cloud-init status --wait >/dev/null || true
apt-get update -qq
apt-get install -qq -y --no-install-recommends jq less >/dev/null
if ! id deploy >/dev/null 2>&1; then useradd --create-home --shell /bin/bash deploy; fi
echo 'deploy ALL=(ALL:ALL) NOPASSWD:ALL' >/etc/sudoers.d/deploy
chmod 0440 /etc/sudoers.d/deploy
install -d -m 0700 -o deploy -g deploy ~deploy/.ssh
install -m 0600 -o deploy -g deploy /tmp/files/alice.pub ~deploy/.ssh/authorized_keys
install -m 0644 /tmp/files/motd /etc/motd
