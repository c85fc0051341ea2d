import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BakeEvent } from '../../src/events.ts';
import { Failed, type Failure, interruption } from '../../src/failure.ts';
import {
  type PackerBuildOptions,
  packerBuild,
  packerFormatCheck,
  packerValidate,
} from '../../src/packer/run.ts';
import { SILENCE_MILLISECONDS } from '../../src/packer/silence.ts';
import { fakeMachine } from './machine.ts';
import { RECORDINGS } from './recording.ts';

interface Build {
  readonly options: PackerBuildOptions;
  readonly events: BakeEvent[];
  readonly folder: string;
  readonly abort: AbortController;
  readonly kill: AbortController;
}

/** A build with a Packer that is the shell script `packer`; it finds its own folder in HOME. */
async function prepare(t: TestContext, packer: string, secrets: Record<string, string> = {}): Promise<Build> {
  const { folder, environment } = await fakeMachine(t, { packer });
  const workspaceFolder = join(folder, 'workspace');
  await mkdir(workspaceFolder);
  const [abort, kill] = [new AbortController(), new AbortController()];
  const events: BakeEvent[] = [];
  const options: PackerBuildOptions = {
    tools: {
      packer: join(folder, 'bin/packer'),
      packerVersion: '1.16.0',
      pluginVersion: '1.8.1',
      environment: { CHECKPOINT_DISABLE: '1' },
    },
    workspaceFolder,
    variables: { ami_name: 'web 1', cidrs: '["::1/128"]' },
    secrets,
    environment: { ...environment, PATH: '/usr/bin:/bin' },
    log: join(folder, 'logs/packer.log'),
    emit: (event) => events.push(event),
    image: 'web',
    signal: abort.signal,
    killSignal: kill.signal,
    askAws: async () => [],
  };
  return { options, events, folder, abort, kill };
}

function outputs({ events }: Build): string[] {
  return events.flatMap((event) => (event.type === 'image.output' ? [event.text] : []));
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error = await work.then(
    () => assert.fail('it should have failed'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Failed);
  const [failure] = error.failures;
  assert.ok(failure);
  return failure;
}

/** Resolves once `build` has shown a line that contains `text`. */
async function shown(build: Build, text: string): Promise<void> {
  while (!outputs(build).some((line) => line.includes(text))) await sleep(10);
}

/** Resolves once the process is gone, or only waits for its parent to ask after it. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State:\tZ');
    if (/^State:\tZ/m.test(status)) return;
    await sleep(10);
  }
}

const SAY = `say() { printf '1,,ui,say,==> amazon-ebs.web: %s\\n' "$*"; }\n`;
const ARTIFACT = `echo '1,amazon-ebs.web,artifact,0,id,us-east-1:ami-0123456789abcdef0'\n`;

test('A build gives its image, and the whole log to its owner only.', async (t) => {
  const build = await prepare(t, `cat '${RECORDINGS}/success.txt'; echo from stderr >&2`);
  const built = await packerBuild(build.options);
  assert.match(built.imageId, /^ami-[0-9a-f]{17}$/);
  assert.deepEqual(built.artifacts, [{ region: 'us-east-1', imageId: built.imageId }]);
  const log = await readFile(build.options.log, 'utf8');
  assert.match(log, /^==> amazon-ebs\.web: Prevalidating any/);
  assert.match(log, new RegExp(`artifact: us-east-1:${built.imageId}`));
  assert.match(log, /from stderr/);
  assert.equal((await stat(build.options.log)).mode & 0o777, 0o600);
});

test('Packer is started without a shell, with its variables as arguments and its secrets in the environment.', async (t) => {
  const build = await prepare(
    t,
    `printf '%s\\n' "$@" >"$HOME/argv"; env >"$HOME/env"; cat >"$HOME/stdin"; ls -ld "$TMPDIR" >"$HOME/ls"; pwd >"$HOME/pwd"\n${ARTIFACT}`,
    { secret_token: 'hunter2! $(id)' },
  );
  await packerBuild(build.options);
  const read = (name: string) => readFile(join(build.folder, name), 'utf8');
  const { workspaceFolder } = build.options;
  assert.equal(
    await read('argv'),
    `build\n-machine-readable\n-color=false\n-timestamp-ui=false\n-on-error=cleanup\n-var\nami_name=web 1\n-var\ncidrs=["::1/128"]\n${workspaceFolder}\n`,
  );
  const environment = await read('env');
  assert.match(environment, /^PKR_VAR_secret_token=aHVudGVyMiEgJChpZCk=$/m);
  assert.match(environment, /^CHECKPOINT_DISABLE=1$/m);
  assert.equal(await read('stdin'), '');
  assert.match(await read('ls'), /^drwx------/);
});

test('Nothing of the parent’s environment is inherited, and the private folder is gone afterwards.', async (t) => {
  const build = await prepare(
    t,
    `env | sed 's/=.*//' | sort >"$HOME/names"; echo "$TMPDIR" >"$HOME/tmpdir"; echo x >"$TMPDIR/file"\n${ARTIFACT}`,
  );
  await packerBuild(build.options);
  const names = (await readFile(join(build.folder, 'names'), 'utf8')).trim().split('\n');
  const own = ['_', 'OLDPWD', 'PWD', 'SHLVL'];
  assert.deepEqual(
    names.filter((name) => !own.includes(name)),
    ['BAKE_CACHE', 'CHECKPOINT_DISABLE', 'HOME', 'PACKER_CACHE_DIR', 'PATH', 'TMPDIR'],
  );
  const tmpdir = (await readFile(join(build.folder, 'tmpdir'), 'utf8')).trim();
  await assert.rejects(stat(tmpdir), { code: 'ENOENT' });
});

test('No secret reaches an event, the log or a failure, however it is printed.', async (t) => {
  const secret = 'first, line\nsecond "line"';
  const build = await prepare(
    t,
    `${SAY}
say '| first%!(PACKER_COMMA) line'
say '| whole first%!(PACKER_COMMA) line\\nsecond "line"'
say '| ${Buffer.from(secret).toString('base64')}'
printf 'first, li' >&2; sleep 0.1; printf 'ne\\n' >&2
printf 'panic: second "line"\\n'
echo '1,amazon-ebs.web,error,it said second "line"'
exit 1`,
    { token: secret },
  );
  const failure = await failureOf(packerBuild(build.options));
  const everything = JSON.stringify([failure, build.events]) + (await readFile(build.options.log, 'utf8'));
  assert.equal(everything.includes('first'), false);
  assert.equal(everything.includes('second'), false);
  assert.equal(everything.includes('Zmlyc3Qs'), false);
  assert.ok(outputs(build).includes('<sensitive>'));
});

test('A build that fails tells why, where the log is, and its last lines.', async (t) => {
  const build = await prepare(
    t,
    `sed "s#/workspace#$HOME/workspace#" '${RECORDINGS}/script-fails.txt'; exit 1`,
  );
  const failure = await failureOf(packerBuild(build.options));
  assert.ok(failure.kind === 'build');
  assert.equal(failure.image, 'web');
  assert.equal(failure.problem, 'step 02-secrets ended with exit code 100');
  assert.equal(failure.log?.path, build.options.log);
  assert.equal(failure.log?.tail.at(-1), 'E: Unable to locate package nginxx');
});

test('A failure that leaves an image behind names it.', async (t) => {
  const build = await prepare(t, `cat '${RECORDINGS}/ami-timeout.txt'; exit 1`);
  const failure = await failureOf(packerBuild(build.options));
  assert.match(
    ('remedy' in failure && failure.remedy) || '',
    /; `bake reap` removes what is left behind: image ami-0c8efe0b60b5fc0fc and its snapshots$/,
  );
});

test('What AWS says of images is believed, also where Packer has said nothing of them.', async (t) => {
  const remedyFor = async (recording: string, imagesMade: () => Promise<string[]>) => {
    const { options } = await prepare(t, `cat '${RECORDINGS}/${recording}.txt'; exit 1`);
    const failure = await failureOf(packerBuild({ ...options, imagesMade }));
    return ('remedy' in failure && failure.remedy) || '';
  };
  const none = await remedyFor('ami-timeout', async () => []);
  assert.doesNotMatch(none, /left behind/);
  const another = await remedyFor('ami-timeout', async () => ['ami-1', 'ami-2']);
  assert.match(another, /behind: image ami-1 and its snapshots, image ami-2 and its snapshots$/);
  const unknown = await remedyFor('ami-timeout', () => Promise.reject(new Error('throttled')));
  assert.match(unknown, /behind: image ami-0c8efe0b60b5fc0fc and its snapshots$/);
  const early = await remedyFor('script-fails', () => assert.fail('no image had been begun'));
  assert.doesNotMatch(early, /left behind/);
});

test('Packer that ends well without an image is a failure.', async (t) => {
  const failure = await failureOf(packerBuild((await prepare(t, 'exit 0')).options));
  assert.equal(failure.problem, 'Packer ended without an image');
});

test('Packer that can’t be started is a failure.', async (t) => {
  const { options } = await prepare(t, '');
  const tools = { ...options.tools, packer: '/nowhere/packer' };
  const failure = await failureOf(packerBuild({ ...options, tools }));
  assert.match(failure.problem, /^Packer can't be started: /);
});

const INTERRUPTIBLE = `${SAY}
trap 'echo one >>"$HOME/interrupts"; say "Terminating the source AWS instance..."; sleep 0.3; say "No volumes to clean up"; exit 1' INT
say 'Instance ID: i-0123456789abcdef0'
while :; do sleep 0.05; done`;

test('An interrupt reaches Packer once, and its clean-up is awaited.', async (t) => {
  const build = await prepare(t, INTERRUPTIBLE);
  const work = failureOf(packerBuild(build.options));
  await shown(build, 'Instance ID');
  build.abort.abort();
  const failure = await work;
  assert.deepEqual(failure, interruption({ image: 'web', problem: 'interrupted' }));
  assert.equal(await readFile(join(build.folder, 'interrupts'), 'utf8'), 'one\n');
  assert.ok(outputs(build).includes('No volumes to clean up'));
});

test('The second interrupt kills Packer and what it has started, and tells what may be left behind.', async (t) => {
  const build = await prepare(
    t,
    `sleep 300 & echo $! >"$HOME/child"\n${INTERRUPTIBLE.replace('sleep 0.3', 'sleep 300')}`,
  );
  const work = failureOf(packerBuild(build.options));
  await shown(build, 'Instance ID');
  build.abort.abort();
  while (!build.events.some((event) => event.type === 'image.phase' && event.phase === 'clean-up'))
    await sleep(10);
  build.kill.abort();
  const failure = await work;
  assert.equal(failure.problem, 'Packer was killed');
  assert.equal(
    'remedy' in failure && failure.remedy,
    '`bake reap` removes what may be left behind: instance i-0123456789abcdef0',
  );
  const child = Number(await readFile(join(build.folder, 'child'), 'utf8'));
  await gone(child);
});

test('Packer is in a process group of its own, which a terminal’s Ctrl-C does not reach.', async (t) => {
  const build = await prepare(t, `ps -o pid=,pgid=,sid= -p $$ >"$HOME/ps"\n${ARTIFACT}`);
  await packerBuild(build.options);
  const [pid, group, session] = (await readFile(join(build.folder, 'ps'), 'utf8')).trim().split(/\s+/);
  assert.equal(group, pid);
  assert.equal(session, pid);
});

test('A Packer that falls silent is asked after at AWS, and one that has ended is not.', async (t) => {
  const build = await prepare(
    t,
    `${SAY}say 'Instance ID: i-0123456789abcdef0'\nwhile [ ! -e "$HOME/go-on" ]; do sleep 0.05; done\n${ARTIFACT}`,
  );
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let asked = 0;
  const askAws = async () => {
    asked += 1;
  };
  const work = packerBuild({ ...build.options, askAws });
  await shown(build, 'Instance ID');
  t.mock.timers.tick(SILENCE_MILLISECONDS);
  assert.equal(asked, 1);
  await writeFile(join(build.folder, 'go-on'), '');
  await work;
  t.mock.timers.tick(2 * SILENCE_MILLISECONDS);
  assert.equal(asked, 1);
});

test('A bake that was interrupted before does not start Packer.', async (t) => {
  const build = await prepare(t, `touch "$HOME/started"\n${ARTIFACT}`);
  build.abort.abort();
  const failure = await failureOf(packerBuild(build.options));
  assert.equal(failure.kind, 'interrupted');
  assert.equal((await readdir(build.folder)).includes('started'), false);
});

test('Validation passes, or tells the first thing that is wrong without any secret.', async (t) => {
  await packerValidate((await prepare(t, `cat '${RECORDINGS}/validate-passes.txt'`)).options);
  const build = await prepare(t, `cat '${RECORDINGS}/validate-unset-variable.txt'; exit 1`, {
    a: 'secret_token',
  });
  const failure = await failureOf(packerValidate(build.options));
  assert.match(failure.problem, /^Error: Unset variable "<sensitive>"/);
});

test('The format check lists the files that are not formatted.', async (t) => {
  const check = async (script: string) => {
    const { options } = await prepare(t, script);
    return packerFormatCheck({ ...options, folder: '/w' });
  };
  assert.deepEqual(await check('exit 0'), []);
  assert.deepEqual(await check('[ "$*" = "fmt -check -recursive /w" ] || exit 9; echo a.pkr.hcl; exit 3'), [
    'a.pkr.hcl',
  ]);
  assert.match((await failureOf(check('echo broken; exit 1'))).problem, /can't read the HCL: broken$/);
});
