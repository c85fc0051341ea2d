/** How a container is started so that systemd finds a machine, and a commit holds ordinary files. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What runs before systemd, as PID 1; for `/bin/sh -c`. */
export const BOOT = readFileSync(join(import.meta.dirname, 'boot.sh'), 'utf8');

/** Options of `docker create` and `docker run` that make a container a machine. */
export function machineOptions(cgroupVersion: 1 | 2): string[] {
  return [
    // To mount; systemd can't work without.
    '--cap-add=SYS_ADMIN',
    // Units may ask for a priority, as on any machine.
    '--cap-add=SYS_NICE',
    // Root without all of its rights may still see whose a socket is, as on any machine.
    '--cap-add=SYS_PTRACE',
    // The profiles for containers forbid mounts, whatever the capabilities.
    '--security-opt=apparmor=unconfined',
    '--security-opt=label=disable',
    '--stop-signal=SIGRTMIN+3',
    '--tmpfs=/run:mode=755',
    '--tmpfs=/run/lock:mode=1777,size=5m',
    '--dns-search=.',
    ...(cgroupVersion === 2 ? ['--cgroupns=private'] : ['--volume=/sys/fs/cgroup:/sys/fs/cgroup:ro']),
  ];
}
