#!/usr/bin/env bash
# What must not be in an image.
set -euo pipefail
apt-get clean
rm -rf /var/lib/apt/lists/* /tmp/files
cloud-init clean --logs --machine-id --seed
rm -f /etc/ssh/ssh_host_* /root/.bash_history ~admin/.bash_history ~admin/.ssh/authorized_keys
find /var/log -type f -exec truncate --size=0 {} +
