#!/bin/sh
# Runs before systemd, as PID 1 of a container: sh -c boot.sh boot [HOSTS AUTHORITY]
set -eu

# The engine mounts its own /etc/hostname, /etc/hosts and /etc/resolv.conf over the image's. Mounted files
# would be missing in a commit and can't be replaced, so they go; only the resolver's address is needed, and is
# written where it is not there yet, without what an engine remarks about this machine.
resolver=$(grep -E '^(nameserver|options)' /etc/resolv.conf)
umount /etc/hostname /etc/hosts /etc/resolv.conf
if [ -L /etc/resolv.conf ] || [ "$(cat /etc/resolv.conf 2>/dev/null)" != "$resolver" ]; then
  rm -f /etc/resolv.conf
  printf '%s\n' "$resolver" >/etc/resolv.conf
fi

# HOSTS: names of AWS's endpoints and where the rehearsal answers for them; AUTHORITY: whose certificate it shows. Only
# the notifier sees them, in a namespace of its own, and no image holds them: on AWS the same image asks AWS.
if [ "$#" -eq 2 ]; then
  drop_in=/run/systemd/system/bake-notifier.service.d
  mkdir -p /run/rehearsal "$drop_in"
  printf '%s\n' "$1" >/run/rehearsal/hosts
  printf '%s\n' "$2" >/run/rehearsal/authority.crt
  printf '%s\n' '[Service]' \
    'BindReadOnlyPaths=/run/rehearsal/hosts:/etc/hosts' \
    'BindReadOnlyPaths=/run/rehearsal/authority.crt:/etc/ssl/certs/ca-certificates.crt' >"$drop_in/rehearsal.conf"
fi

# On a machine systemd makes mounts shared; in a container it leaves them private, and what it mounts to hand a service
# its credentials is then seen by nobody.
mount --make-rshared /

# With cgroups v2 a container has a tree of its own, mounted read-only.
if [ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs ]; then
  mount -o remount,bind,rw /sys/fs/cgroup
fi

# In a container systemd takes its arguments for the kernel's. /tmp has to be part of the image on every release.
exec env -i container=docker /sbin/init systemd.mask=tmp.mount
