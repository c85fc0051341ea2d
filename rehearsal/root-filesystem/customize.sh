#!/bin/sh
# Turns a fresh Debian into what an AMI holds. Runs on the machine that builds it: customize.sh ROOT
set -eu

root=$1
recipe=$(dirname "$0")

cp -R "$recipe/files/." "$root/"
chroot "$root" update-ca-certificates >/dev/null
chroot "$root" passwd --lock root >/dev/null
printf 'PasswordAuthentication no\n' >"$root/etc/ssh/sshd_config.d/10-cloud-image.conf"

# What each machine makes for itself at its first boot.
rm -f "$root"/etc/ssh/ssh_host_*
: >"$root/etc/machine-id"
: >"$root/etc/hostname"
rm -f "$root/var/lib/dbus/machine-id" "$root/etc/resolv.conf"

# What only the building needed.
rm -f "$root/etc/apt/apt.conf.d/99mmdebstrap" "$root/etc/dpkg/dpkg.cfg.d/99mmdebstrap"
rm -rf "$root"/var/log/apt "$root"/var/log/dpkg.log "$root"/var/log/bootstrap.log "$root"/var/log/alternatives.log
