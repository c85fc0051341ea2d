import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whyUnusable } from '../../../rehearsal/src/setup/engine-search.ts';

const GOOD = {
  version: '20.10.24+dfsg1',
  osType: 'linux',
  operatingSystem: 'Debian GNU/Linux 12 (bookworm)',
  cgroupVersion: 2,
  derivesMac: true,
  rootless: false,
} as const;

for (const version of ['20.10.0', '20.10.24+dfsg1', '23.0.1', '28.2.2', '29.0.0-rc.1']) {
  test(`an engine of version ${version} can be used`, () => {
    assert.equal(whyUnusable({ ...GOOD, version }), undefined);
  });
}

for (const version of ['19.03.15', '20.9.9', '4.3.1', '1.13']) {
  test(`an engine of version ${version} is too old`, () => {
    assert.match(whyUnusable({ ...GOOD, version }) ?? '', /too old.*20\.10 is needed/);
  });
}

const UNUSABLE = [
  ['on Windows', { osType: 'windows' }, /does not run Linux/],
  ['in a virtual machine', { operatingSystem: 'Docker Desktop' }, /virtual machine/],
  ['without root', { rootless: true }, /rootless/],
] as const;

for (const [name, difference, reason] of UNUSABLE) {
  test(`an engine ${name} can't be used`, () => {
    assert.match(whyUnusable({ ...GOOD, ...difference }) ?? '', reason);
  });
}
