import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openProve } from '../../src/build/prove.ts';
import type { BakeEvent } from '../../src/events.ts';
import { Failed } from '../../src/failure.ts';
import { digestOfReport } from '../../src/images/reports.ts';
import { TAG } from '../../src/plan/tags.ts';
import { loadAssets } from '../../src/world/assets.ts';
import type { ReportStore } from '../../src/world/report-store.ts';
import { testRole } from '../support/fleet.ts';
import { testEvidence, testReport } from '../support/verify.ts';

const ASSETS = await loadAssets();
const SUBJECT = {
  role: testRole(),
  imageId: 'ami-1',
  imageName: 'shop-web-0123456789ab-1',
  fingerprint: 'f',
};

function world(write: ReportStore['write'] = async () => {}) {
  const kept = new Map<string, Buffer>();
  const tags: Array<readonly [string, Readonly<Record<string, string>>]> = [];
  const events: BakeEvent[] = [];
  const store: ReportStore = {
    read: async () => undefined,
    write: async (path, content) => {
      kept.set(path, Buffer.from(content));
      await write(path, content);
    },
    pathOf: (path) => `/kept/${path}`,
    shared: undefined,
  };
  const prove = (report = testReport()) =>
    openProve({
      verify: async () => report,
      store,
      tag: async (imageId, set) => {
        tags.push([imageId, set]);
      },
      assets: ASSETS,
      emit: (event) => events.push(event),
    })(SUBJECT);
  return { kept, tags, events, prove };
}

test('what passes is golden, and its tags name the report that says so', async () => {
  const { kept, tags, events, prove } = world();
  assert.equal(await prove(), 'golden');
  const [json, page] = kept.keys();
  const digest = digestOfReport(kept.get(json ?? '') ?? assert.fail());
  assert.deepEqual([json, page], [`verifications/${digest}.json`, `verifications/${digest}.html`]);
  assert.deepEqual(tags, [['ami-1', { [TAG.state]: 'golden', [TAG.verification]: digest }]]);
  assert.deepEqual(
    events.map((event) => event.type === 'verify.finished' && event.page),
    [`/kept/verifications/${digest}.html`],
  );
});

test('what fails is told and kept, and no tag is set', async () => {
  const { kept, tags, events, prove } = world();
  const report = testReport(testEvidence({ twin: { machine_id: 'one', host_keys: {} } }));
  await assert.rejects(
    prove(report),
    (error) =>
      error instanceof Failed && /stays a candidate: 1 thing that a golden image/.test(error.message),
  );
  assert.equal(kept.size, 2);
  assert.deepEqual(tags, []);
  assert.equal(events.length, 1);
});

test('an image is as golden where the shared place refuses its report', async () => {
  const { events, prove } = world(async () => {
    throw new Failed([{ kind: 'aws', operation: 's3:PutObject', code: 'AccessDenied', problem: 'denied' }]);
  });
  assert.equal(await prove(), 'golden');
  assert.equal(events[0]?.type === 'notice' && events[0].level, 'warning');
});
