/** `npm run test:ossec`: real OSSEC, configured, asked, enabled, and booted. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Container } from '../support/container.ts';
import { BACKGROUND, runTwice } from '../support/twice.ts';
import { CHECKS, checkTests } from './checks.ts';
import { BLOCKING, configure, installReal, type Real, secondsUntil, whyNotReal } from './real.ts';

const TESTS = 16 + CHECKS;
const DAEMONS = ['analysisd', 'execd', 'logcollector', 'monitord', 'syscheckd'];
const UNITS = DAEMONS.map((daemon) => `ossec@${daemon}.service`).join(' ');
const ALERTS = '/var/ossec/logs/alerts/alerts.json';
const CONTROL = '/var/ossec/bin/ossec-control';
/** What rsyslog writes, where it runs, whatever a step does. */
const NOISE = [...BACKGROUND, '/var/log/*.log', '/var/log/syslog'];
const SLACK = { url: { kind: 'ssm-parameter', name: '/shop/slack' }, format: 'slack' } as const;

/** An image that carries what imaging a running machine leaves: pid files, one of them of a process that now is init. */
const LEFTOVERS = `ssh-keygen -A >/dev/null; touch /srv/watched/file
echo 1 >/var/ossec/var/run/ossec-analysisd-1.pid
echo 99999 >/var/ossec/var/run/ossec-syscheckd-99999.pid
python3 -c 'import socket; socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).bind("/var/ossec/queue/ossec/queue")'`;

/** Eight failed logins and more, through sshd, PAM and the system log. */
const BRUTE_FORCE = `mkdir -p /run/sshd
/usr/sbin/sshd -p 2222 -o PasswordAuthentication=yes -o PermitRootLogin=yes -o UsePAM=yes
printf '#!/bin/sh\\necho wrong\\n' >/root/wrong; chmod 755 /root/wrong
for attempt in 1 2 3; do
  SSH_ASKPASS=/root/wrong SSH_ASKPASS_REQUIRE=force setsid ssh -p 2222 -o StrictHostKeyChecking=no \\
    -o PreferredAuthentications=password -o NumberOfPasswordPrompts=3 root@127.0.0.1 true >/dev/null 2>&1 &
done`;

function guesses(address: string): string {
  return `for port in 1 2 3 4 5 6 7 8 9; do
    logger -p auth.info -t sshd "Failed password for root from ${address} port 400$port ssh2"
  done`;
}

function blocked(address: string): string {
  return `iptables -S | grep -q -- '-s ${address}/32 -j DROP'`;
}

function alerted(rule: number, text = ''): string {
  return `grep -E '"(sid)?id":${rule}[,}]' ${ALERTS} | grep -qF '${text}'`;
}

describe('real OSSEC', { skip: whyNotReal('debian-12', TESTS) }, () => {
  let real: Real;
  let enabled: Awaited<ReturnType<Container['commit']>>;
  let machine: Container;

  before(async () => {
    real = await installReal('debian-12');
  });
  after(async () => {
    await machine?.[Symbol.asyncDispose]();
    await enabled?.[Symbol.asyncDispose]();
    await real?.image[Symbol.asyncDispose]();
  });

  const alerts = [510, 5720, 550, 990_002].map((rule) => ({
    rule,
    hook: SLACK,
    level: undefined,
    description: undefined,
  }));
  const folders = ['/etc', '/srv/watched'].map((path) => ({ path, realtime: true, reportChanges: false }));

  test('is configured, proves that it hears the system log, and is enabled for the next boot', async () => {
    await using builder = await Container.start({
      distribution: 'debian-12',
      systemd: true,
      image: real.image.id,
    });
    await builder.bash('mkdir -p /srv/watched');
    const { stdout } = await runTwice(
      builder,
      configure(real, { alerts, folders, blocking: BLOCKING }),
      NOISE,
    );
    assert.match(stdout, /^\/var\/ossec\/etc\/ossec\.conf: changed$/m);
    await runTwice(builder, { provisioner: 'ossec-enable' }, NOISE);
    assert.equal(await builder.bash(`systemctl is-active ${UNITS} || true`), 'inactive\n'.repeat(5));
    await builder.bash(LEFTOVERS);
    enabled = await builder.commit();
  });

  checkTests(() => real);

  test('runs after a boot, each daemon once, whatever pid files the image had', async () => {
    machine = await Container.start({
      distribution: 'debian-12',
      systemd: true,
      image: enabled.id,
      capabilities: ['NET_ADMIN', 'NET_RAW'],
    });
    assert.equal(await machine.bash(`systemctl is-active ${UNITS}`), 'active\n'.repeat(5));
    assert.equal(await machine.bash(`pgrep -c '^ossec-'`), '5\n');
    assert.equal(await machine.bash('ls /var/ossec/var/run | grep -cE -e "-(1|99999)[.]pid" || true'), '0\n');
    assert.equal(await machine.bash('systemctl is-enabled ossec.service || true'), 'masked\n');
    await machine.bash('touch /tmp/mcliZokhb');
  });

  test('no ordering cycle: systemd dropped no job, and cloud-init comes first', async () => {
    assert.equal(await machine.bash(`journalctl --no-pager -b | grep -i 'ordering cycle' || true`), '');
    assert.match(
      await machine.bash('systemctl show --property=After ossec@syscheckd.service'),
      /cloud-config\.service/,
    );
    assert.match(
      await machine.bash('systemctl show --property=After ossec@syscheckd.service'),
      /ossec@analysisd/,
    );
  });

  test('each unit is confined, as far as its daemon can be', async () => {
    // OSSEC's analysisd reads what an attacker writes; syscheckd has to see the machine as it is.
    const limits = { analysisd: 3.5, monitord: 3.5, maild: 4, execd: 5, logcollector: 5.5, syscheckd: 5.5 };
    for (const [daemon, limit] of Object.entries(limits)) {
      const said = await machine.bash(
        `systemd-analyze security --no-pager ossec@${daemon}.service | tail -n 1`,
      );
      const exposure = Number(/([0-9.]+) [A-Z]/.exec(said)?.[1]);
      assert.ok(exposure <= limit, `${daemon}: ${said}`);
    }
  });

  test('5720: many failed logins through sshd, within 15 s', async (t) => {
    await secondsUntil(machine, `grep -q 'ossec-logcollector: INFO: Started' /var/ossec/logs/ossec.log`, 30);
    await machine.bash(BRUTE_FORCE);
    const seconds = await secondsUntil(machine, alerted(5720), 15);
    t.diagnostic(`5720 after ${seconds.toFixed(1)} s`);
  });

  test('a response blocks an address, also after execd was killed', async (t) => {
    await machine.bash(guesses('203.0.113.9'));
    const first = await secondsUntil(machine, blocked('203.0.113.9'), 15);
    const analysisd = (await machine.bash('systemctl show --property=MainPID ossec@analysisd')).trim();
    await machine.bash('systemctl kill --signal=KILL ossec@execd');
    const other = `[ "$(systemctl show --property=MainPID ossec@analysisd)" != '${analysisd}' ]`;
    await secondsUntil(machine, `${other} && logger -t bake-probe again && ${alerted(990_010, 'again')}`, 30);
    await machine.bash(guesses('203.0.113.10'));
    const second = await secondsUntil(machine, blocked('203.0.113.10'), 15);
    t.diagnostic(`blocked after ${first.toFixed(1)} s and ${second.toFixed(1)} s`);
  });

  test('990002: a port that the image does not declare, within 15 s', async (t) => {
    await machine.bash(`setsid python3 -c 'import socket, time
listener = socket.create_server(("0.0.0.0", 31337)); time.sleep(1000)' >/dev/null 2>&1 &`);
    const seconds = await secondsUntil(machine, alerted(990_002, '31337'), 15);
    t.diagnostic(`990002 after ${seconds.toFixed(1)} s`);
  });

  test('510: a file that the list of rootkits names, by the first scan', async () => {
    await secondsUntil(machine, `grep -q 'Ending rootcheck scan' /var/ossec/logs/ossec.log`, 180);
    await secondsUntil(machine, alerted(510, 'mcliZokhb'), 5);
    assert.equal(
      await machine.bash(`grep -E '"(sid)?id":510,' ${ALERTS} | grep -vc mcliZokhb || true`),
      '0\n',
    );
  });

  test('550: a change in a folder that is watched in real time, within 10 s', async (t) => {
    await machine.bash('echo changed >>/srv/watched/file');
    const seconds = await secondsUntil(machine, alerted(550, '/srv/watched/file'), 10);
    t.diagnostic(`550 after ${seconds.toFixed(1)} s`);
  });

  for (const daemon of DAEMONS) {
    test(`${daemon}, killed by hand, is back within 10 s, and OSSEC hears again`, async (t) => {
      const pid = (await machine.bash(`systemctl show --property=MainPID --value ossec@${daemon}`)).trim();
      await machine.bash(`kill -KILL ${pid}`);
      const seconds = await secondsUntil(
        machine,
        `new=$(systemctl show --property=MainPID --value ossec@${daemon}); [ "$new" -gt 1 ] && [ "$new" != ${pid} ] && ps -o comm= "$new" | grep -q ^ossec-`,
        10,
      );
      t.diagnostic(`${daemon} after ${seconds.toFixed(1)} s`);
      const heard = await secondsUntil(
        machine,
        `logger -t bake-probe 'is ${daemon} back?'; ${alerted(990_010, daemon)}`,
        25,
      );
      t.diagnostic(`a log line is an alert again after ${heard.toFixed(1)} s more`);
      assert.equal(await machine.bash(`ls /var/ossec/var/run | grep -c -e '-${pid}[.]pid' || true`), '0\n');
    });
  }

  test('ossec-control goes through systemd, and the rest is as it was', async () => {
    const control = async (word: string) => await machine.exec([CONTROL, word]);
    assert.equal((await control('stop')).exitCode, 0);
    assert.equal(await machine.bash(`systemctl is-active ${UNITS} || true`), 'inactive\n'.repeat(5));
    assert.equal(await machine.bash(`pgrep -c '^ossec-' || true`), '0\n');
    assert.equal((await control('start')).exitCode, 0);
    assert.equal((await control('restart')).exitCode, 0);
    assert.equal(await machine.bash(`systemctl is-active ${UNITS}`), 'active\n'.repeat(5));
    await secondsUntil(machine, `${CONTROL} status | grep -q 'ossec-analysisd is running'`, 10);
    assert.match((await control('help')).stdout, /Usage: .*start\|stop\|restart/);
  });

  test('a daemon that cannot start stops nothing by hand, and fails for all to see by itself', async () => {
    await machine.bash('cp -p /var/ossec/etc/ossec.conf /root; echo "<broken" >>/var/ossec/etc/ossec.conf');
    const refused = await machine.exec([CONTROL, 'restart']);
    assert.notEqual(refused.exitCode, 0);
    assert.match(refused.stderr, /ossec-[a-z]+ refuses its configuration/);
    assert.equal(await machine.bash(`systemctl is-active ${UNITS}`), 'active\n'.repeat(5));
    await machine.bash('systemctl kill --signal=KILL ossec@execd.service');
    await secondsUntil(machine, 'systemctl is-failed --quiet ossec@execd.service', 90);
    assert.match(await machine.bash('systemctl --failed --no-legend --plain'), /ossec@execd\.service/);
    assert.match(
      await machine.bash('journalctl --no-pager -u ossec@execd.service'),
      /ossec-execd refuses its configuration/,
    );
    await machine.bash('cp -p /root/ossec.conf /var/ossec/etc/ossec.conf');
    assert.equal((await machine.exec([CONTROL, 'start'])).exitCode, 0);
    assert.equal(await machine.bash(`systemctl is-active ${UNITS}`), 'active\n'.repeat(5));
  });
});
