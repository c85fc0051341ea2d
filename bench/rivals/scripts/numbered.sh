#!/usr/bin/env bash
# What the roles with numbers do.
set -euo pipefail
printf '%s\n' "$NUMBER" >/etc/role-number
