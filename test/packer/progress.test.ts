import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BakeEvent } from '../../src/events.ts';
import { leftBehind, mayBeLeftBehind } from '../../src/packer/resources.ts';
import { type Replay, recording, replay } from './recording.ts';

const UNTIL_STEPS = ['launch', 'ssh', 'step 01-hello', 'step 02-secrets'];

const RUNS: Array<[name: string, phases: string[], left: string[]]> = [
  ['success', [...UNTIL_STEPS, 'stop', 'image', 'clean-up'], []],
  ['script-fails', [...UNTIL_STEPS, 'clean-up'], []],
  ['ssh-timeout', ['launch', 'ssh', 'clean-up'], []],
  ['name-taken', ['launch'], []],
  ['unauthorized', ['launch', 'clean-up'], []],
  ['vpc', ['launch', 'clean-up'], []],
  ['ami-timeout', [...UNTIL_STEPS, 'stop', 'image', 'clean-up'], ['image ami-0c8efe0b60b5fc0fc']],
  ['interrupted-step', [...UNTIL_STEPS, 'clean-up'], []],
  ['interrupted-ssh', ['launch', 'ssh', 'clean-up'], []],
  ['interrupted-image', [...UNTIL_STEPS, 'stop', 'image', 'clean-up'], ['image ami-cd1f2718b072b10f0']],
  ['validate-bad-hcl', [], []],
];

for (const [name, phases, left] of RUNS) {
  test(`The recorded run ${name} goes through its phases and leaves what it leaves.`, () => {
    const { phases: gone, state } = replay(recording(name));
    assert.deepEqual(gone, phases);
    assert.deepEqual(
      leftBehind(state.ledger, state.artifacts).map(({ kind, id }) => `${kind} ${id}`),
      left,
    );
  });
}

test('A successful run gives the artifact, and no other has one.', () => {
  for (const [name] of RUNS) {
    const { artifacts } = replay(recording(name)).state;
    if (name === 'success') assert.match(artifacts.join(), /^us-east-1:ami-[0-9a-f]{17}$/);
    else assert.deepEqual(artifacts, []);
  }
});

/** The recorded run, cut where the image's snapshot would be taken. */
function untilStop(): string {
  const output = recording('success');
  return output.slice(
    0,
    output.indexOf('Stopping the source instance...\n', output.indexOf('02-secrets/run.sh')),
  );
}

function lineFromStep(text: string, level = 'say'): string {
  return `1795494460,,ui,${level},==> amazon-ebs.web: | ${text}\n`;
}

function after(text: string): Replay {
  const start = untilStop();
  return replay(start.slice(0, start.lastIndexOf('\n') + 1) + text);
}

const FORGERIES: Record<string, string> = {
  'the next step': lineFromStep('Provisioning with shell script: /workspace/steps/99-forged/run.sh'),
  'a whole line of Packer': lineFromStep('==> amazon-ebs.web: Stopping the source instance...'),
  'a second line behind a backslash and an n': lineFromStep(
    'x\\n==> amazon-ebs.web: Creating AMI x from instance i-0',
  ),
  'Packer’s error': lineFromStep('Error: AMI Name', 'error'),
  'the id of an image': lineFromStep('AMI: ami-0ffffffffffffffff'),
  'the removal of the builder': lineFromStep('Terminating the source AWS instance...'),
  'a record': lineFromStep(
    '1795494460%!(PACKER_COMMA)amazon-ebs.web%!(PACKER_COMMA)artifact%!(PACKER_COMMA)0%!(PACKER_COMMA)id%!(PACKER_COMMA)us-east-1:ami-0',
  ),
  'a record on a line of its own': lineFromStep('\\n1795494460,amazon-ebs.web,artifact,0,id,us-east-1:ami-0'),
};

for (const [name, forgery] of Object.entries(FORGERIES)) {
  test(`A step that prints ${name} changes neither phase, resources, errors nor artifacts.`, () => {
    const { tail: _before, ...before } = after('').state;
    const { tail: _now, ...now } = after(forgery).state;
    assert.deepEqual(now, before);
  });
}

test('A step’s line is told as the step printed it, without mark and prefix.', () => {
  const outputs = (text: string) =>
    replay(text).events.flatMap((event: BakeEvent) => (event.type === 'image.output' ? [event.text] : []));
  assert.deepEqual(outputs(lineFromStep('a\\nb%!(PACKER_COMMA) c')), ['a\\nb, c']);
  assert.deepEqual(outputs('1,,ui,say,==> amazon-ebs.web: |\n'), ['']);
  assert.deepEqual(outputs('1,,ui,message,    amazon-ebs.web: | older Packer\n'), ['older Packer']);
  assert.deepEqual(outputs('1,,ui,say,==> amazon-ebs.web: Packer: says\n'), ['Packer: says']);
});

test('Only a script of this workspace is a step.', () => {
  const script = (path: string) => `1,,ui,say,==> amazon-ebs.web: Provisioning with shell script: ${path}\n`;
  for (const path of [
    '/private/packer-shell1',
    '/elsewhere/steps/01-a/run.sh',
    '/workspace/steps/../run.sh',
    '/workspace/steps/a b/run.sh',
  ]) {
    assert.deepEqual(replay(script(path)).phases, []);
  }
  assert.deepEqual(replay(script('/workspace/steps/01-a/run.sh')).phases, ['step 01-a']);
});

test('The last lines are those before the clean-up, of the step where there was one.', () => {
  const { tail } = replay(recording('script-fails')).state;
  assert.deepEqual(tail, ['Installing nginx', 'E: Unable to locate package nginxx']);
  const { tail: withoutStep } = replay(recording('ssh-timeout')).state;
  assert.match(withoutStep.at(-1) ?? '', /SSH/);
  const { tail: long } = after(
    Array.from({ length: 30 }, (_, line) => lineFromStep(`${line}`)).join(''),
  ).state;
  assert.deepEqual([long.length, long[0], long.at(-1)], [20, '10', '29']);
});

test('What Packer says of its phase is told as the phase alone.', () => {
  const { events } = replay(recording('success'));
  const said = events.flatMap((event: BakeEvent) => (event.type === 'image.output' ? [event.text] : []));
  assert.deepEqual(
    said.filter((text) =>
      /^(Waiting for SSH|Stopping the source|Provisioning with shell script: .workspace.steps)/.test(text),
    ),
    // A step printed these.
    ['Stopping the source instance...'],
  );
});

test('What a killed run may leave behind is all that it made and has not surely removed.', () => {
  const output = recording('interrupted-step');
  const terminating = 'Terminating the source AWS instance...\n';
  const killed = output.slice(0, output.indexOf(terminating) + terminating.length);
  const kinds = mayBeLeftBehind(replay(killed).state.ledger).map(({ kind }) => kind);
  assert.deepEqual(kinds, ['key pair', 'security group', 'instance']);
});

test('A removal that fails is known.', () => {
  const output = recording('interrupted-step').replace(
    /(Deleting temporary security group\.\.\.\n)/,
    '$11,,ui,error,==> amazon-ebs.web: Error cleaning up security group. Please delete the group manually: err: x; security group ID: sg-1\n',
  );
  const { ledger } = replay(output).state;
  assert.deepEqual(
    leftBehind(ledger, []).map(({ kind }) => kind),
    ['security group'],
  );
});
