#!/bin/sh
# Runs before systemd, as PID 1 of a container.
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

# With cgroups v2 a container has a tree of its own, mounted read-only.
if [ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs ]; then
  mount -o remount,bind,rw /sys/fs/cgroup
fi

# In a container systemd takes its arguments for the kernel's. /tmp has to be part of the image on every release.
exec env -i container=docker /sbin/init systemd.mask=tmp.mount
