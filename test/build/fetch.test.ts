import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fetchAll } from '../../src/build/fetch.ts';
import { Failed } from '../../src/failure.ts';
import type { Artifact } from '../../src/fleet/model.ts';
import { testPrepared } from '../support/prepared.ts';

const artifact = (from: string): Artifact => ({ from, sha256: `digest of ${from}` });

function imageWith(...artifacts: Artifact[]) {
  const { plan } = testPrepared('web');
  const step = { id: '01-x', provisioner: 'x', values: {}, files: [], environment: {}, artifacts };
  return { plan: { ...plan, steps: [step] } };
}

test('everything is fetched once, whoever needs it', async () => {
  const fetched: string[] = [];
  const paths = await fetchAll(
    [imageWith(artifact('a'), artifact('b')), imageWith(artifact('a'))],
    async ({ from }) => {
      fetched.push(from);
      return `/cache/${from}`;
    },
  );
  assert.deepEqual(fetched.sort(), ['a', 'b']);
  assert.equal(paths.get('digest of a'), '/cache/a');
});

test('all that can not be fetched is said at once', async () => {
  const fetch = async ({ from }: Artifact) => {
    throw new Failed([{ kind: 'input', problem: `no ${from}` }]);
  };
  await assert.rejects(fetchAll([imageWith(artifact('a'), artifact('b'))], fetch), { message: 'no a; no b' });
});
