/** What every first boot of an instance writes, and why: not in the baseline, and quiet when it appears. Pure. */

interface FirstBootPath {
  /** Absolute; `*` stands for anything within a folder. */
  readonly path: string;
  readonly reason: string;
}

const ACCOUNTS = 'cloud-init makes the users that it was told to, and OSSEC is installed before';
const HOST_KEYS = 'every instance makes its own host keys';
const NETWORK = 'the instance has its own name and addresses';

/**
 * Seen on Debian's cloud images, and from what cloud-init's modules write by default. Each is watched from the
 * first scan on: only that it appears is no news. A path that an attacker could use before anybody else has
 * written it must not be here.
 */
export const FIRST_BOOT_PATHS: readonly FirstBootPath[] = [
  { path: '/etc/group', reason: ACCOUNTS },
  { path: '/etc/group-', reason: ACCOUNTS },
  { path: '/etc/gshadow', reason: ACCOUNTS },
  { path: '/etc/gshadow-', reason: ACCOUNTS },
  { path: '/etc/passwd', reason: ACCOUNTS },
  { path: '/etc/passwd-', reason: ACCOUNTS },
  { path: '/etc/shadow', reason: ACCOUNTS },
  { path: '/etc/shadow-', reason: ACCOUNTS },
  { path: '/etc/subgid', reason: ACCOUNTS },
  { path: '/etc/subgid-', reason: ACCOUNTS },
  { path: '/etc/subuid', reason: ACCOUNTS },
  { path: '/etc/subuid-', reason: ACCOUNTS },
  { path: '/etc/sudoers.d/90-cloud-init-users', reason: ACCOUNTS },
  { path: '/etc/ssh/ssh_host_*_key', reason: HOST_KEYS },
  { path: '/etc/ssh/ssh_host_*_key.pub', reason: HOST_KEYS },
  { path: '/etc/ssh/sshd_config.d/50-cloud-init.conf', reason: 'cloud-init says whether passwords log in' },
  {
    path: '/root/.ssh/authorized_keys',
    reason: "cloud-init writes the instance's launch key, and forbids root to log in",
  },
  { path: '/etc/hostname', reason: NETWORK },
  { path: '/etc/hosts', reason: NETWORK },
  { path: '/etc/resolv.conf', reason: NETWORK },
  { path: '/etc/netplan/50-cloud-init.yaml', reason: NETWORK },
  { path: '/etc/network/interfaces.d/50-cloud-init', reason: NETWORK },
  { path: '/etc/systemd/network/10-cloud-init-*.network', reason: NETWORK },
  { path: '/etc/udev/rules.d/70-persistent-net.rules', reason: NETWORK },
  { path: '/etc/machine-id', reason: 'every instance has its own' },
  { path: '/etc/fstab', reason: "cloud-init adds the instance's further disks" },
  { path: '/etc/mtab', reason: 'follows what is mounted' },
  { path: '/etc/default/locale', reason: 'cloud-init sets the locale' },
  { path: '/etc/locale.gen', reason: 'cloud-init sets the locale' },
  { path: '/etc/apt/sources.list', reason: "cloud-init writes the region's mirror" },
  { path: '/etc/apt/sources.list.d/debian.sources', reason: "cloud-init writes the region's mirror" },
  { path: '/etc/apt/mirrors/*.list', reason: "cloud-init writes the region's mirror" },
  { path: '/etc/ld.so.cache', reason: 'cached, and written anew by some first boots' },
];

/** The whole list: bake's own, and what a fleet adds to it. */
export function firstBootPaths(more: readonly string[]): string[] {
  return [...new Set([...FIRST_BOOT_PATHS.map(({ path }) => path), ...more])];
}

/** A pattern of a path as a regular expression in which no character needs a backslash. */
export function pathExpression(path: string): string {
  return path.replaceAll(/[.+(){}^$|]/g, '[$&]').replaceAll('*', '[^/]*');
}
