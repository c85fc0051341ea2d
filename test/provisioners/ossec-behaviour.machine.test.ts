/** The test of what OSSEC notices, on daemons that lose what real releases have lost. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Container } from '../support/container.ts';
import { whyNoContainer } from '../support/engine.ts';
import { uploadStep } from '../support/step.ts';

/** Keeps a database as ossec-analysisd does: a file that is not in it is new, and no alarm. */
const ANALYSISD = `#!/usr/bin/python3
import pathlib, socket, sys
home = pathlib.Path("/var/ossec")
mode = (home / "mode").read_text().strip()
if mode == "does-not-start":
    (home / "logs/ossec.log").write_text("ossec-analysisd: ERROR: no rules\\n")
    sys.exit(1)
database, changed, lost = home / "queue/syscheck/syscheck", set(), set()
known = dict(line.split(" ") for line in database.read_text().splitlines()) if database.exists() else {}
queue = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
queue.bind(str(home / "queue/ossec/queue"))
while True:
    sums, path = queue.recv(65536).decode().split(":", 2)[2].split(" ")
    alarm = path in known and known[path] != sums and mode != "deaf"
    if mode == "loses-neighbours" and path in changed:
        lost |= changed
    lost.discard(path)
    if path in known:
        changed.add(path)
    known[path] = sums
    database.write_text("".join(f"{name} {value}\\n" for name, value in known.items() if name not in lost))
    if alarm:
        with (home / "logs/alerts/alerts.log").open("a") as alerts:
            alerts.write(f"Integrity checksum changed for: '{path}'\\n")
`;

const TREE = `cd /var/ossec && mkdir -p bin etc logs/alerts queue/syscheck queue/ossec var/run
touch logs/ossec.log; echo mine >queue/syscheck/syscheck; cat >bin/ossec-analysisd <<'END'
${ANALYSISD}END
chmod 755 bin/ossec-analysisd`;

describe('what OSSEC notices', { skip: whyNoContainer('debian-12') }, () => {
  let container: Container;
  let folder: string;
  before(async () => {
    container = await Container.start({ distribution: 'debian-12' });
    folder = await uploadStep(container, { provisioner: 'ossec' });
    await container.bash(`mkdir -p /var/ossec; ${TREE}`);
  });
  after(async () => {
    await container?.[Symbol.asyncDispose]();
  });

  async function ask(mode: string) {
    await container.bash(`echo ${mode} >/var/ossec/mode`);
    const ask = `set -euo pipefail; . ${folder}/../lib.sh; . ${folder}/behaviour.sh; notices_changes`;
    return await container.exec(['bash', '-c', ask], { BAKE_STEP_FOLDER: folder });
  }

  test('a release that notices everything passes, and its tree is as it was', async () => {
    const { exitCode, stdout, stderr } = await ask('honest');
    assert.deepEqual([exitCode, stdout, stderr], [0, '', '']);
    assert.equal(
      await container.bash(
        'cat /var/ossec/queue/syscheck/syscheck; ls -A /var/ossec/queue/ossec /var/ossec/logs/alerts /tmp',
      ),
      'mine\n/tmp:\n\n/var/ossec/logs/alerts:\n\n/var/ossec/queue/ossec:\n',
    );
    assert.equal(await container.bash('pgrep -f [o]ssec-analysisd || true'), '');
  });

  const deaf: ReadonlyArray<readonly [name: string, mode: string, said: RegExp]> = [
    [
      'loses one file when another changes twice',
      'loses-neighbours',
      /deaf.*: \d of 6 files that changed while OSSEC was stopped raised no alert/,
    ],
    ['notices nothing', 'deaf', /deaf.*: 1 of 1 files that changed while OSSEC was running raised no alert/],
    ['does not start', 'does-not-start', /does not start; its log ends:\nossec-analysisd: ERROR: no rules/],
  ];
  for (const [name, mode, said] of deaf) {
    test(`a release that ${name} is refused`, async () => {
      const { exitCode, stderr } = await ask(mode);
      assert.equal(exitCode, 1);
      assert.match(stderr, said);
      assert.match(stderr, /Freeze another release/);
    });
  }
});
