import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { shellScripts } from '../../scripts/shell-scripts.ts';

const FILES: Readonly<Record<string, string>> = {
  'roles/web/site.sh': 'echo\n',
  'rehearsal/stand-in/src/init/ossec': '#!/bin/sh\n',
  '.ci/run': '#!/usr/bin/env bash\n',
  'provisioners/step/notify': '#!/usr/bin/env python3\n',
  'provisioners/step/service': '[Unit]\n# not for #!/bin/sh\n',
  'files/motd': '',
  'test/cases/broken/s.sh': '#!/bin/sh\nif\n',
  'rehearsal/node_modules/a/b.sh': '#!/bin/sh\n',
};

test('a script is found by its name or by its first line, wherever it lies', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'bake-scripts-'));
  t.after(() => rm(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(FILES)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  assert.deepEqual(await shellScripts(root), [
    '.ci/run',
    'rehearsal/stand-in/src/init/ossec',
    'roles/web/site.sh',
  ]);
});
