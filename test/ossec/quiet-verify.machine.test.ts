/**
 * `npm run test:ossec`: an image with real OSSEC that knows its hook's URL, tampered with until it is golden. The
 * receiver counts.
 */

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordedPost } from '../../rehearsal/src/server/hook-sink.ts';
import type { VerifyReport } from '../../src/verify/model.ts';
import { type Caller, signed } from '../support/aws-by-hand.ts';
import { frozenFleet } from '../support/frozen-fleet.ts';
import { bakeJson, boot, clientSettings } from '../support/rehearsal.ts';
import { whyNotReal } from './real.ts';

const REGION = 'eu-central-1';
const SECRET = `SeCrEt-${process.pid}-hook`;
const FETCHED = '{ ssm_parameter: /example/ossec/slack }';
const environment = { PAGER_URL: `https://hooks.rehearsal.internal/${SECRET}/pager` };

describe('an image that knows its hook', { skip: whyNotReal('debian-12', 3) }, () => {
  let fleet: string;
  let caller: Caller;
  let ended: Awaited<ReturnType<typeof bakeJson>>;
  let report: VerifyReport;

  /** What came to the image's own hook, from whichever instance. */
  async function posts(): Promise<readonly RecordedPost[]> {
    const call = { service: 'rehearsal', method: 'GET', path: '/_rehearsal/hooks' };
    const all: readonly RecordedPost[] = JSON.parse(await signed(caller, call));
    return all.filter(({ hook }) => hook.startsWith(SECRET));
  }

  before(async () => {
    const { config, settings } = await clientSettings(REGION);
    caller = { endpoint: settings.endpoint, credentials: config };
    fleet = await frozenFleet('knowing', (text) => {
      assert.ok(text.includes(FETCHED));
      return text.replace(FETCHED, `{ bake_into_image: "\${env:PAGER_URL}" }`);
    });
    ended = await bakeJson(['--role', 'web', '--rehearse', '--yes'], { cwd: fleet, environment });
    assert.equal(ended.exitCode, 0, ended.stderr);
    report = ended.ofType('verify.finished')[0].report;
  });
  after(() => rm(fleet, { recursive: true, force: true }));

  test('was to tell it of all that was tampered with, and is golden', () => {
    assert.equal(report.verdict, 'golden');
    const told = report.alarms.filter(({ hookSeconds }) => hookSeconds !== null);
    assert.ok(told.length > 10, JSON.stringify(report.alarms));
  });

  test('has told it nothing', async () => {
    assert.deepEqual(await posts(), []);
  });

  test('tells it where it is booted as any other', async () => {
    const web = ended.value.images.find(({ image }: { image: string }) => image === 'web');
    await using machine = await boot(web.imageId, REGION);
    for (let attempt = 0; attempt < 120 && (await posts()).length === 0; attempt += 1) {
      await machine.bash("echo '# changed' >>/etc/passwd");
      await sleep(1000);
    }
    assert.ok((await posts()).length > 0);
  });
});
