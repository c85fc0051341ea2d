/** The places of a fleet file that take a text, and what carries each. */

import type { Carrier } from './model.ts';

export interface Slot {
  readonly name: string;
  /** A value that is right. */
  readonly right: string;
  /** The part of a fleet file that has the value, merged into {@link PLAIN}. */
  readonly put: (value: string) => object;
  /** Further values that are worth a try. */
  readonly also?: readonly string[];
  /** It takes any text, or nearly. */
  readonly isFree?: true;
  /** Undefined: nothing is rendered of it. */
  readonly carried?: {
    readonly by: Carrier;
    readonly where: RegExp;
    readonly as?: (value: string) => string;
  };
}

export const PLAIN = {
  fleet: 'shop',
  region: 'eu-central-1',
  source: { ami: 'ami-0123456789abcdef0' },
  roles: { web: {} },
};

/** What bash, or what loads programs, takes for its own. */
const SPECIAL = `
  _ BASH BASHPID BASH_ALIASES BASH_ARGC BASH_ARGV BASH_ARGV0 BASH_CMDS BASH_COMMAND BASH_ENV
  BASH_LINENO BASH_REMATCH BASH_SOURCE BASH_SUBSHELL BASH_VERSION BASH_XTRACEFD CDPATH COLUMNS
  COMP_WORDBREAKS COPROC DIRSTACK ENV EPOCHREALTIME EPOCHSECONDS FUNCNAME FUNCNEST GROUPS HISTCMD HOME
  HOSTNAME IFS LANG LC_ALL LD_PRELOAD LINENO MAILCHECK OLDPWD OPTARG OPTERR OPTIND PATH PIPESTATUS
  POSIXLY_CORRECT PROMPT_COMMAND PS4 PWD RANDOM READLINE_LINE REPLY SECONDS SHELL SHLVL SRANDOM TERM
  TIMEFORMAT TMOUT TMPDIR UID auto_resume histchars
`
  .trim()
  .split(/\s+/);

const base = (layer: object) => ({ base: layer });
const web = (role: object) => ({ roles: { web: role } });
const ossec = (layer: object) => ({ ossec: layer });
const check = (part: object) => ({ verify: { checks: [{ name: 'check', run: 'true', ...part }] } });
const file = (part: object) => base({ files: [{ path: '/etc/a', content: 'a', ...part }] });
const user = (part: object) => base({ users: [{ name: 'deploy', ...part }] });
const env = (part: object) => base({ steps: [{ name: 'mark', script: 'mark.sh', env: part }] });
const mail = (part: object) =>
  ossec({
    email: { to: ['a@example.com'], from: 'b@example.com', smtp_server: 'mail.example.com', ...part },
  });
const values = (step: string) => ({ by: 'bash' as const, where: new RegExp(`-${step}/values\\.sh$`) });
const conf = { by: 'xml' as const, where: /-ossec-config\/ossec\.conf$/ };
const notify = { by: 'json' as const, where: /-ossec-config\/notify\.json$/ };
const expectation = { by: 'json' as const, where: /^verify\/.*expect\.json$/ };
const tags = { by: 'hcl' as const, where: /image\.pkr\.hcl$/ };

export const SLOTS: readonly Slot[] = [
  { name: 'fleet', right: 'shop', put: (value) => ({ fleet: value }), carried: tags },
  { name: 'region', right: 'eu-central-1', put: (value) => ({ region: value }) },
  { name: 'source.ami', right: 'ami-0123456789abcdef0', put: (value) => ({ source: { ami: value } }) },
  {
    name: 'source.filter.name',
    right: 'debian-*',
    put: (name) => ({ source: { filter: { name, owners: ['self'] } } }),
  },
  { name: 'builder.ssh.user', right: 'admin', put: (value) => ({ builder: { ssh: { user: value } } }) },
  {
    name: 'tags value',
    isFree: true,
    right: 'platform',
    put: (value) => ({ tags: { team: value } }),
    carried: tags,
  },
  {
    name: 'tags key',
    isFree: true,
    right: 'team',
    put: (value) => ({ tags: { [value]: 'x' } }),
    carried: tags,
  },
  { name: 'role', right: 'worker', put: (value) => ({ roles: { [value]: {} } }), carried: tags },
  {
    name: 'role tags value',
    isFree: true,
    right: 'platform',
    put: (value) => web({ tags: { note: value } }),
    carried: tags,
  },
  {
    name: 'packages',
    right: 'jq=1.6',
    put: (value) => base({ packages: [value] }),
    carried: values('packages'),
  },
  {
    name: 'services',
    right: 'a@b.timer',
    put: (value) => base({ services: [value] }),
    carried: values('services'),
  },
  { name: 'users.name', right: 'deploy', put: (name) => user({ name }), carried: values('users') },
  { name: 'users.shell', right: '/bin/bash', put: (shell) => user({ shell }), carried: values('users') },
  { name: 'users.groups', right: 'adm', put: (value) => user({ groups: [value] }), carried: values('users') },
  {
    name: 'authorized_keys',
    right: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl alice',
    put: (value) => user({ authorized_keys: [value] }),
    carried: { by: 'file', where: /\/keys\/deploy$/, as: (value) => `${value.trim()}\n` },
  },
  {
    name: 'files.path',
    isFree: true,
    right: '/etc/motd',
    put: (path) => file({ path }),
    carried: values('files'),
  },
  { name: 'files.owner', right: 'root', put: (owner) => file({ owner }), carried: values('files') },
  { name: 'files.mode', right: '0644', put: (mode) => file({ mode }) },
  {
    name: 'files.content',
    isFree: true,
    right: 'hello',
    put: (content) => file({ content }),
    carried: { by: 'file', where: /rootfs\/etc\/a$/ },
  },
  {
    name: 'steps.name',
    right: 'mark',
    put: (name) => base({ steps: [{ name, script: 'mark.sh' }] }),
    carried: values('step-[^/]*'),
  },
  {
    name: 'steps.env value',
    isFree: true,
    right: 'www',
    put: (value) => env({ NAME: value }),
    carried: { by: 'environment', where: /environment\.sh$/, as: (value) => `NAME=${value}` },
  },
  {
    name: 'steps.env name',
    also: SPECIAL,
    right: 'NAME',
    put: (value) => env({ [value]: "it's" }),
    carried: { by: 'environment', where: /environment\.sh$/, as: (value) => `${value}=it's` },
  },
  { name: 'steps.env secret', right: '${env:HOSTILE}', put: (value) => env({ NAME: { secret: value } }) },
  {
    name: 'syscheck.folders',
    right: '/srv/app',
    put: (value) => ossec({ syscheck: { folders: [value] } }),
    carried: conf,
  },
  {
    name: 'syscheck.ignore',
    right: '/srv/app',
    put: (value) => ossec({ syscheck: { ignore: [value] } }),
    carried: conf,
  },
  {
    name: 'syscheck.first_boot',
    right: '/srv/*/a',
    put: (value) => ossec({ syscheck: { first_boot: [value] } }),
    carried: values('seal-baseline'),
  },
  {
    name: 'logs.file',
    right: '/var/log/a.log',
    put: (value) => ossec({ logs: [{ file: value }] }),
    carried: conf,
  },
  { name: 'email.to', right: 'a@example.com', put: (value) => mail({ to: [value] }), carried: conf },
  {
    name: 'email.smtp_server',
    right: 'mail.example.com',
    put: (value) => mail({ smtp_server: value }),
    carried: conf,
  },
  {
    name: 'blocking.allow',
    right: '10.0.0.0/8',
    put: (value) => ossec({ blocking: { enabled: true, allow: [value] } }),
    carried: conf,
  },
  {
    name: 'alert description',
    isFree: true,
    right: 'Guessing',
    put: (description) =>
      ossec({
        slack_ossec_url: { ssm_parameter: '/a/b' },
        alert_rules_list: [{ rule_id: 510, description }],
      }),
    carried: notify,
  },
  {
    name: 'hook ssm_parameter',
    right: '/a/b',
    put: (value) => ossec({ slack_ossec_url: { ssm_parameter: value }, alert_rules_list: [510] }),
    carried: notify,
  },
  {
    name: 'hook secrets_manager',
    right: 'a/b',
    put: (value) => ossec({ slack_ossec_url: { secrets_manager: value }, alert_rules_list: [510] }),
    carried: notify,
  },
  {
    name: 'role writes',
    right: '/srv/app',
    put: (value) => web({ writes: [value] }),
    carried: { by: 'json', where: /maintenance\.json$/ },
  },
  { name: 'role listens', right: '443/tcp', put: (value) => web({ listens: [value] }) },
  {
    name: 'verify.checks.run',
    isFree: true,
    right: 'true',
    put: (run) => check({ run }),
    carried: expectation,
  },
  { name: 'verify.checks.name', right: 'check', put: (name) => check({ name }), carried: expectation },
  { name: 'images.parameters', right: '/golden', put: (value) => ({ images: { parameters: value } }) },
  { name: 'groups', right: 'web-asg', put: (value) => web({ groups: [value] }) },
  { name: 'group_tags', right: 'Role', put: (value) => web({ group_tags: { [value]: value } }) },
  { name: 'a key', right: 'fleet', put: (value) => ({ [value]: 'x' }) },
];
