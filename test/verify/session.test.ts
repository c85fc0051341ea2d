/** Which log lines a verification takes for its own: those of exactly its session. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const PROBE = join(import.meta.dirname, '../../provisioners/verify/probe');

interface Entry {
  readonly MESSAGE: string;
  readonly _PID: string;
  readonly SYSLOG_IDENTIFIER?: string;
  readonly _SYSTEMD_UNIT?: string;
}

/** Ours: sshd 100, of 192.0.2.1, and sudo 101; the person is user 1000. */
const OURS: readonly Entry[] = [
  {
    MESSAGE: 'Accepted publickey for admin from 192.0.2.1 port 5000 ssh2: ED25519 SHA256:x',
    _PID: '100',
    SYSLOG_IDENTIFIER: 'sshd',
  },
  {
    MESSAGE: 'pam_unix(sshd:session): session opened for user admin(uid=1000)',
    _PID: '100',
    SYSLOG_IDENTIFIER: 'sshd',
  },
  { MESSAGE: 'pam_unix(sudo:session): session opened for user root', _PID: '101', SYSLOG_IDENTIFIER: 'sudo' },
  {
    MESSAGE: 'pam_unix(systemd-user:session): session opened for user admin(uid=1000)',
    _PID: '77',
    _SYSTEMD_UNIT: 'user@1000.service',
  },
  // An attempt before the key was there.
  {
    MESSAGE: 'Connection closed by authenticating user admin 192.0.2.1 port 4999 [preauth]',
    _PID: '90',
    SYSLOG_IDENTIFIER: 'sshd-session',
  },
];

const alert = (line: string, file = '') => ({
  rule: 5501,
  level: 3,
  description: '',
  log: `Nov 24 12:00:00 host it[1]: ${line}`,
  source: '/var/log/auth.log',
  file,
  seconds: 0,
});

/** What stays of alerts on these lines. */
async function rest(entries: readonly Entry[], alerts: ReadonlyArray<ReturnType<typeof alert>>) {
  const script = `import json, sys; sys.path.insert(0, ${JSON.stringify(PROBE)}); import session; from alerts import Alert
given = json.load(sys.stdin)
session._ancestors = lambda: [101, 100]
session._client_address = lambda pids: "192.0.2.1"
session._journal = lambda: given["entries"]
session.Path = lambda name: type("P", (), {"stat": lambda self: type("S", (), {"st_uid": 1000 if name == "/proc/101" else 0})()})()
kept = session.without_own([Alert(**one) for one in given["alerts"]])
print(json.dumps([one.log.partition(": ")[2] for one in kept]))`;
  const running = promisify(execFile)('python3', ['-IBc', script]);
  running.child.stdin?.end(JSON.stringify({ entries, alerts }));
  return JSON.parse((await running).stdout);
}

test('every line of the session is excused, once each', async () => {
  const alerts = OURS.map(({ MESSAGE }) => alert(MESSAGE));
  assert.deepEqual(await rest(OURS, alerts), []);
  const again = alert(OURS[2]?.MESSAGE ?? '');
  assert.deepEqual(await rest(OURS, [...alerts, again]), [OURS[2]?.MESSAGE]);
});

test('lines of others are not, however much they look like ours', async () => {
  const others: Entry[] = [
    {
      MESSAGE: 'Accepted publickey for admin from 192.0.2.10 port 5000 ssh2: ED25519 SHA256:x',
      _PID: '200',
      SYSLOG_IDENTIFIER: 'sshd',
    },
    { MESSAGE: 'Accepted password for root from 192.0.2.1 port 1', _PID: '201', SYSLOG_IDENTIFIER: 'logger' },
    {
      MESSAGE: 'pam_unix(systemd-user:session): session opened for user deploy(uid=1001)',
      _PID: '202',
      _SYSTEMD_UNIT: 'user@1001.service',
    },
  ];
  const lines = others.map(({ MESSAGE }) => MESSAGE);
  assert.deepEqual(
    await rest(
      [...OURS, ...others],
      lines.map((line) => alert(line)),
    ),
    lines,
  );
});

test('an alert about a file is never excused', async () => {
  const [first] = OURS;
  assert.deepEqual(await rest(OURS, [alert(first?.MESSAGE ?? '', '/etc/passwd')]), [first?.MESSAGE]);
});
