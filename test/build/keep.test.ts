/** What is kept of an image is found again, and is its own. */

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { findInventory, findRecipe } from '../../src/build/find-report.ts';
import { keeping } from '../../src/build/keep.ts';
import type { BakeEvent } from '../../src/events.ts';
import { Failed } from '../../src/failure.ts';
import { digestOfReport, REPORT } from '../../src/images/reports.ts';
import { fingerprintOf, recipeOf } from '../../src/plan/fingerprint.ts';
import { openReportStore, type ReportStore } from '../../src/world/report-store.ts';
import { testPrepared } from '../support/prepared.ts';

const CASE = join(import.meta.dirname, '..', 'cases', 'images', 'diff', 'same', 'new.json');

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-keep-'));
});
after(() => rm(folder, { recursive: true }));

/** A bucket in memory. */
class Bucket {
  readonly objects = new Map<string, Uint8Array>();
  async read({ bucket, key }: { bucket: string; key: string }): Promise<Buffer | undefined> {
    const content = this.objects.get(`${bucket}/${key}`);
    return content === undefined ? undefined : Buffer.from(content);
  }
  async create({ bucket, key }: { bucket: string; key: string }, content: Uint8Array): Promise<boolean> {
    if (this.objects.has(`${bucket}/${key}`)) return false;
    this.objects.set(`${bucket}/${key}`, content);
    return true;
  }
}

let number = 0;
function store(bucket?: Bucket): ReportStore {
  number += 1;
  const shared = bucket === undefined ? undefined : 's3://reports/shop';
  return openReportStore({ folder: join(folder, String(number)), shared, objects: bucket ?? new Bucket() });
}

const RECIPE = recipeOf(
  { image: 'web', files: [{ path: 'a', executable: false, content: 'one' }] },
  { source: { ami: 'ami-1' }, artifacts: [], tools: { bake: '1', packer: '2', amazonPlugin: '3' } },
);
const IMAGE = testPrepared('web', { recipe: RECIPE, fingerprint: fingerprintOf(RECIPE) });

/** Bakes an image whose builder has reported `content`; returns what was tagged, and said. */
async function bake(kept: ReportStore, content: Uint8Array) {
  const file = join(folder, `report-${number}.gz`);
  await writeFile(file, content);
  const tags: Array<readonly [string, Readonly<Record<string, string>>]> = [];
  const events: BakeEvent[] = [];
  const baked = await keeping(async () => ({ imageId: 'ami-9', state: 'candidate' }), {
    store: kept,
    inventoryFile: () => file,
    tag: async (...tagged) => void tags.push(tagged),
    emit: (event) => events.push(event),
  })(IMAGE, 'ami-1');
  assert.deepEqual(baked, { imageId: 'ami-9', state: 'candidate' });
  return { tags, said: events.flatMap((event) => (event.type === 'notice' ? event.text : [])) };
}

const report = async () => gzipSync(await readFile(CASE));
const tagged = (digest: string) => ({ imageId: 'ami-9', name: 'shop-web-1', inventory: digest });

async function problem(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => assert.fail('found'),
    (error) => (error instanceof Failed ? (error.failures[0]?.problem ?? '') : assert.fail(error)),
  );
}

test('recipe, inventory and bill of materials are kept, and the tags vouch for them', async () => {
  const kept = store();
  const content = await report();
  const digest = digestOfReport(content);
  const { tags, said } = await bake(kept, content);
  assert.deepEqual(tags, [['ami-9', { 'bake:inventory': digest }]]);
  assert.deepEqual(said, []);
  assert.equal((await findInventory(kept, tagged(digest))).packages.length, 5);
  assert.deepEqual(await findRecipe(kept, IMAGE.fingerprint), RECIPE);
  assert.match(String(await kept.read(REPORT.sbom(digest))), /"bomFormat": "CycloneDX"/);
});

test('another machine finds them in S3', async () => {
  const bucket = new Bucket();
  const content = await report();
  await bake(store(bucket), content);
  const elsewhere = store(bucket);
  assert.equal((await findInventory(elsewhere, tagged(digestOfReport(content)))).users.length, 2);
  assert.deepEqual(await findRecipe(elsewhere, IMAGE.fingerprint), RECIPE);
  assert.deepEqual([...bucket.objects.keys()].sort(), [
    `reports/shop/inventories/${digestOfReport(content)}.json.gz`,
    `reports/shop/recipes/${IMAGE.fingerprint}.json`,
    `reports/shop/sboms/${digestOfReport(content)}.cdx.json`,
  ]);
});

test('an image whose report is no inventory, or can not be kept, is baked all the same, with a warning', async () => {
  const { tags, said } = await bake(store(), Buffer.from('no gzip'));
  assert.deepEqual(tags, []);
  assert.match(said[0] ?? '', /what is in ami-9 could not be kept: .*is not an inventory/);
  const bucket = new Bucket();
  bucket.create = () =>
    Promise.reject(
      new Failed([{ kind: 'aws', operation: 's3:PutObject', code: 'AccessDenied', problem: 'no' }]),
    );
  const content = await report();
  const kept = store(bucket);
  const refused = await bake(kept, content);
  assert.deepEqual(refused.said, [
    'web: what it is made of could not be kept: no',
    'web: what is in ami-9 could not be kept: no',
  ]);
  const digest = digestOfReport(content);
  assert.deepEqual(refused.tags, [['ami-9', { 'bake:inventory': digest }]], 'it is on this machine');
  assert.equal((await findInventory(kept, tagged(digest))).packages.length, 5);
});

test('a folder that can not be written is a warning', async () => {
  const path = join(folder, 'a-file');
  await writeFile(path, '');
  const kept = openReportStore({ folder: path, shared: undefined, objects: new Bucket() });
  const { said } = await bake(kept, await report());
  assert.match(said[0] ?? '', /what it is made of could not be kept: .*can't be written: ENOTDIR/);
  assert.match(said[1] ?? '', /what is in ami-9 could not be kept: /);
});

test('what an image is made of is kept also where another run is faster with it', async () => {
  const kept = store();
  const failed = keeping(
    async () => Promise.reject(new Failed([{ kind: 'build', image: 'web', problem: 'no' }])),
    {
      store: kept,
      inventoryFile: () => '',
      tag: async () => assert.fail('tagged'),
      emit: () => {},
    },
  );
  await assert.rejects(failed(IMAGE, 'ami-1'), Failed);
  assert.deepEqual(await findRecipe(kept, IMAGE.fingerprint), RECIPE);
});

test('a bug is no warning', async () => {
  const bucket = new Bucket();
  bucket.create = () => Promise.reject(new TypeError('ours'));
  await assert.rejects(bake(store(bucket), await report()), TypeError);
});

describe("what is not an image's own", () => {
  test('is not its inventory where someone has changed it', async () => {
    const bucket = new Bucket();
    const content = await report();
    const digest = digestOfReport(content);
    await bake(store(bucket), content);
    bucket.objects.set(`reports/shop/inventories/${digest}.json.gz`, gzipSync('{}'));
    assert.match(await problem(findInventory(store(bucket), tagged(digest))), /someone has changed/);
  });

  test('is not its recipe', async () => {
    const bucket = new Bucket();
    await bake(store(bucket), await report());
    const key = `reports/shop/recipes/${IMAGE.fingerprint}.json`;
    bucket.objects.set(key, Buffer.from(String(bucket.objects.get(key)).replace('ami-1', 'ami-2')));
    assert.equal(await findRecipe(store(bucket), IMAGE.fingerprint), undefined);
  });

  test('is looked for nowhere where a tag is no digest', async () => {
    assert.match(await problem(findInventory(store(), tagged('../../../etc/passwd'))), /name no inventory/);
    assert.equal(await findRecipe(store(), '../x'), undefined);
  });

  test('is said to be missing, with what to do', async () => {
    const digest = 'a'.repeat(64);
    assert.match(await problem(findInventory(store(), tagged(digest))), /is not here, and no other place/);
    assert.match(
      await problem(findInventory(store(new Bucket()), tagged(digest))),
      /not in s3:\/\/reports\/shop/,
    );
  });
});
