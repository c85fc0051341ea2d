import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withWayIn } from '../../src/build/way-in.ts';
import { Failed, interruption } from '../../src/failure.ts';
import type { QuietNetwork } from '../../src/world/quiet-network.ts';
import { testContext } from '../support/context.ts';
import { testFleet, testOssec, testRole } from '../support/fleet.ts';

const PAGER = { url: { kind: 'in-image', environmentVariable: 'PAGER' }, format: 'slack' } as const;
const ALERT = { rule: 550, hook: PAGER, level: undefined, description: undefined };
const KNOWING = testFleet({ ossec: testOssec({ alerts: [ALERT] }) });

function world(fleet = KNOWING, parts: Partial<QuietNetwork> = {}) {
  const log: string[] = [];
  const quietNetwork: QuietNetwork = {
    open: async ({ sources }) => {
      log.push(`open for ${sources.join(', ')}`);
      return 'sg-1';
    },
    close: async (id) => {
      log.push(`close ${id}`);
    },
    ...parts,
  };
  const { context, events } = testContext();
  const site = { myAddress: async () => ['203.0.113.7/32'], aws: { quietNetwork } };
  const options = { context, fleet, role: testRole(), site, runId: 'run-1' };
  const run = (work: () => Promise<string>) =>
    withWayIn(options, (variables) => {
      log.push(JSON.stringify(variables));
      return work();
    });
  return { log, events, run };
}

test('an image that knows no URL gets a security group of Packer', async () => {
  const { log, run } = world(testFleet());
  assert.equal(await run(async () => 'seen'), 'seen');
  assert.deepEqual(log, ['{"ssh_source_cidrs":"[\\"203.0.113.7/32\\"]"}']);
});

const OPENED = ['open for 203.0.113.7/32', '{"security_group_id":"sg-1"}'];

test('one that knows a URL is launched into a group of its own, which goes afterwards', async () => {
  const { log, run } = world();
  assert.equal(await run(async () => 'seen'), 'seen');
  assert.deepEqual(log, [...OPENED, 'close sg-1']);
});

test('also where the boot has failed or was interrupted, which is what is told', async () => {
  const { log, run } = world();
  const interrupted = new Failed([interruption()]);
  await assert.rejects(
    run(async () => {
      throw interrupted;
    }),
    interrupted,
  );
  assert.deepEqual(log, [...OPENED, 'close sg-1']);
});

test('nothing is launched where there is no such group', async () => {
  const { log, run } = world(KNOWING, {
    open: async () => {
      throw new Failed([{ kind: 'aws', operation: 'ec2:X', code: 'Denied', problem: 'denied' }]);
    },
  });
  await assert.rejects(
    run(async () => 'seen'),
    /denied/,
  );
  assert.deepEqual(log, []);
});

test('a group that can not be deleted is named, with what removes it, and what was seen counts', async () => {
  const { events, run } = world(KNOWING, {
    close: async () => {
      throw new Failed([{ kind: 'aws', operation: 'ec2:X', code: 'DependencyViolation', problem: 'in use' }]);
    },
  });
  assert.equal(await run(async () => 'seen'), 'seen');
  assert.deepEqual(events, [
    {
      type: 'notice',
      level: 'warning',
      text: 'web: the security group sg-1 of its verification is left: in use',
      remedy: '`bake reap` removes it',
    },
  ]);
});
