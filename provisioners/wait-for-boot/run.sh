#!/usr/bin/env bash
set -euo pipefail
shopt -s inherit_errexit
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$BAKE_STEP_FOLDER/../lib.sh"

BOOT_SECONDS=600
APT_SECONDS=600
APT_JOBS=(apt-daily apt-daily-upgrade)
APT_LOCKS=(/var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock)

wait_for_cloud_init() {
  local status=0 report
  command -v cloud-init >/dev/null || return 0
  report=$(timeout "$BOOT_SECONDS" cloud-init status --wait --long 2>&1) || status=$?
  case $status in
    0) ;;
    2) say "cloud-init: warning: ended with errors that it could recover from: $report" ;;
    124) die "cloud-init has not ended after $BOOT_SECONDS s: $report" ;;
    *) die "cloud-init failed, so this machine is not what its source image promises: $report" ;;
  esac
}

# Stopped, not disabled: they are back at the next boot.
stop_apt_timers() {
  local job
  [[ -d /run/systemd/system ]] || return 0
  for job in "${APT_JOBS[@]}"; do
    if systemctl --quiet is-active "$job.timer"; then
      quietly systemctl stop "$job.timer"
      say "$job.timer: stopped until the next boot"
    fi
  done
}

# An upgrade under way is left to finish: killing dpkg half-way breaks the machine.
apt_is_busy() {
  local job lock
  for job in "${APT_JOBS[@]}"; do
    if [[ -d /run/systemd/system && $(systemctl show --property=ActiveState --value "$job.service") == activating ]]; then
      return 0
    fi
  done
  for lock in "${APT_LOCKS[@]}"; do
    if [[ -e $lock ]] && grep --quiet ":$(stat --format=%i -- "$lock") " /proc/locks; then
      return 0
    fi
  done
  return 1
}

wait_for_apt() {
  local deadline=$((SECONDS + APT_SECONDS))
  while apt_is_busy; do
    ((SECONDS < deadline)) || die "apt is still in use after $APT_SECONDS s: another program installs packages"
    sleep 1
  done
}

# What packages bring waits for the first boot of the image: OSSEC above all must not run before the seal.
forbid_service_starts() {
  local policy=/usr/sbin/policy-rc.d
  if [[ -e $policy ]] && ! grep --quiet 'Put here by bake' "$policy"; then
    die "$policy exists and is not bake's; remove it from the source image"
  fi
  place "$BAKE_STEP_FOLDER/policy-rc.sh" "$policy" root root 0755
}

wait_for_cloud_init
stop_apt_timers
wait_for_apt
forbid_service_starts
