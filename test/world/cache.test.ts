import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { homedir, hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { execa } from 'execa';
import type { BakeEvent } from '../../src/events.ts';
import { Failed } from '../../src/failure.ts';
import { type CacheEntry, cacheFolder, openCache } from '../../src/world/cache.ts';

async function scratch(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bake-cache-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'cache');
}

function entry(content: string, key = content): CacheEntry & { readonly builds: number } {
  const counted = {
    name: 'tool',
    key,
    builds: 0,
    build: async (folder: string) => {
      counted.builds += 1;
      await mkdir(join(folder, 'bin'));
      await writeFile(join(folder, 'bin', 'tool'), content, { mode: 0o755 });
    },
  };
  return counted;
}

function recorder(): { emit: (event: BakeEvent) => void; notices: () => string[] } {
  const events: BakeEvent[] = [];
  return {
    emit: (event) => events.push(event),
    notices: () => events.flatMap((event) => (event.type === 'notice' ? [event.text] : [])),
  };
}

test('The cache folder is the one that the environment names, else below the home folder.', () => {
  const cases: Array<[Record<string, string>, string]> = [
    [{ BAKE_CACHE: '/mine', XDG_CACHE_HOME: '/x', HOME: '/home/me' }, '/mine'],
    [{ XDG_CACHE_HOME: '/x', HOME: '/home/me' }, '/x/bake'],
    [{ XDG_CACHE_HOME: 'relative, so not valid', HOME: '/home/me' }, '/home/me/.cache/bake'],
    [{ BAKE_CACHE: '', XDG_CACHE_HOME: '', HOME: '/home/me' }, '/home/me/.cache/bake'],
    [{}, join(homedir(), '.cache/bake')],
  ];
  for (const [environment, folder] of cases) assert.equal(cacheFolder(environment), folder);
});

test('An entry is built once and found again, by another cache object too.', async (t) => {
  const folder = await scratch(t);
  const tool = entry('v1');
  const path = await openCache(folder).ensure(tool);
  assert.equal(await readFile(join(path, 'bin/tool'), 'utf8'), 'v1');
  assert.equal(await openCache(folder).ensure(tool), path);
  assert.equal(tool.builds, 1);
});

test('An entry of another key stays while a program may run from it, and goes when nobody asked for a week.', async (t) => {
  const folder = await scratch(t);
  const { emit, notices } = recorder();
  const cache = openCache(folder, emit);
  const old = await cache.ensure(entry('v1'));
  const daysAgo = async (days: number) => {
    const then = new Date(Date.now() - days * 86_400_000);
    await utimes(dirname(old), then, then);
  };
  await daysAgo(6);
  const path = await cache.ensure(entry('v2'));
  assert.equal(await readFile(join(path, 'bin/tool'), 'utf8'), 'v2');
  assert.equal(await readFile(join(old, 'bin/tool'), 'utf8'), 'v1');

  await daysAgo(8);
  assert.equal(await cache.ensure(entry('v1')), old);
  await cache.ensure(entry('v2'));
  assert.equal(await readFile(join(old, 'bin/tool'), 'utf8'), 'v1');

  await daysAgo(8);
  await cache.ensure(entry('v2'));
  await assert.rejects(stat(old), { code: 'ENOENT' });
  assert.equal((await readdir(join(folder, 'tool'))).length, 1);
  assert.deepEqual(notices(), []);
});

test('A damaged entry stays until another is there to replace it.', async (t) => {
  const folder = await scratch(t);
  const cache = openCache(folder);
  const path = await cache.ensure(entry('v1'));
  await writeFile(join(path, 'more'), '');
  const rebuilt = await cache.ensure({
    ...entry('v1'),
    build: async (target) => {
      await writeFile(join(target, 'found'), await readFile(join(path, 'bin/tool')));
    },
  });
  assert.deepEqual(await readdir(rebuilt), ['found']);
});

const DAMAGES: Record<string, (path: string) => Promise<unknown>> = {
  'whose file was changed': (path) => writeFile(join(path, 'bin/tool'), 'other'),
  'with one file more': (path) => writeFile(join(path, 'more'), ''),
  'whose permissions were changed': (path) => chmod(join(path, 'bin/tool'), 0o777),
  'without its content': (path) => rm(path, { recursive: true }),
  'without its manifest': (path) => rm(join(path, '../manifest.json')),
  'with a manifest that says nothing': (path) => writeFile(join(path, '../manifest.json'), '{"digest":'),
};

for (const [name, damage] of Object.entries(DAMAGES)) {
  test(`An entry ${name} is reported by name and built again, never used.`, async (t) => {
    const folder = await scratch(t);
    const { emit, notices } = recorder();
    const tool = entry('v1');
    await damage(await openCache(folder, emit).ensure(tool));
    const path = await openCache(folder, emit).ensure(tool);
    assert.equal(await readFile(join(path, 'bin/tool'), 'utf8'), 'v1');
    assert.deepEqual(await readdir(path), ['bin']);
    assert.equal(tool.builds, 2);
    assert.deepEqual(notices(), [`tool in ${folder} is not what was built there; it is built again`]);
  });
}

test('A build that fails leaves nothing, and its error is passed on.', async (t) => {
  const folder = await scratch(t);
  const failing: CacheEntry = {
    ...entry('v1'),
    build: async (place) => {
      await writeFile(join(place, 'half'), '');
      throw new Error('no compiler');
    },
  };
  await assert.rejects(openCache(folder).ensure(failing), { message: 'no compiler' });
  assert.deepEqual(await readdir(join(folder, 'tool')), []);
});

test('What a killed build left behind is removed by the next one.', async (t) => {
  const folder = await scratch(t);
  await mkdir(join(folder, 'tool/.building-abc/content'), { recursive: true });
  await chmod(folder, 0o700);
  await openCache(folder).ensure(entry('v1'));
  assert.equal((await readdir(join(folder, 'tool'))).length, 1);
});

test('The lock of a process that is gone is taken over.', async (t) => {
  const folder = await scratch(t);
  const gone = execa('true');
  const { pid } = gone;
  await gone;
  await mkdir(join(folder, 'tool'), { recursive: true });
  await writeFile(join(folder, 'tool/lock'), JSON.stringify({ host: hostname(), pid, start: '1' }));
  await openCache(folder).ensure(entry('v1'));
});

test('The lock of a process whose number now is another’s is taken over.', async (t) => {
  const folder = await scratch(t);
  await mkdir(join(folder, 'tool'), { recursive: true });
  await writeFile(
    join(folder, 'tool/lock'),
    JSON.stringify({ host: hostname(), pid: process.pid, start: '1' }),
  );
  await openCache(folder).ensure(entry('v1'));
});

test('Two processes that need an entry build it once; the one that waits says so after two seconds.', async (t) => {
  const folder = await scratch(t);
  const script = `
    import { writeFile } from 'node:fs/promises';
    import { openCache } from '${new URL('../../src/world/cache.ts', import.meta.url)}';
    const build = async (place) => {
      console.log('building');
      await new Promise((resolve) => setTimeout(resolve, 2500));
      await writeFile(place + '/maker', String(process.pid));
    };
    await openCache(${JSON.stringify(folder)}).ensure({ name: 'tool', key: 'v1', build });
  `;
  const first = execa(process.execPath, ['--input-type=module', '--eval', script]);
  const { pid } = first;
  await new Promise((resolve) => first.stdout.once('data', resolve));
  const { emit, notices } = recorder();
  const path = await openCache(folder, emit).ensure(entry('v1'));
  assert.equal(await readFile(join(path, 'maker'), 'utf8'), String(pid));
  assert.deepEqual(notices(), ['waiting for another bake that prepares tool']);
  await first;
});

test('The wait for a lock ends when the command is cancelled.', async (t) => {
  const folder = await scratch(t);
  await mkdir(join(folder, 'tool'), { recursive: true });
  await writeFile(join(folder, 'tool/lock'), JSON.stringify({ host: 'elsewhere', pid: 1, start: '1' }));
  const cache = openCache(folder, undefined, AbortSignal.timeout(150));
  await assert.rejects(cache.ensure(entry('v1')), { name: 'AbortError' });
});

async function problemOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => assert.fail('it should have failed'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Failed);
  assert.ok(
    error.failures.every((failure) => failure.kind === 'prerequisite' && failure.remedy !== undefined),
  );
  return error.message;
}

test('A full disk is told with what to do.', async (t) => {
  const folder = await scratch(t);
  const full: CacheEntry = { ...entry('v1'), build: () => writeFile('/dev/full', 'x') };
  const problem = await problemOf(openCache(folder).ensure(full));
  assert.equal(problem, `the cache folder ${folder} can't be used: the disk is full`);
  assert.deepEqual(await readdir(join(folder, 'tool')), []);
});

test('A cache folder that can’t be made is told with what to do.', async (t) => {
  const folder = await scratch(t);
  await writeFile(folder, '');
  const below = join(folder, 'below');
  const problem = await problemOf(openCache(below).ensure(entry('v1')));
  assert.equal(problem, `the cache folder ${below} can't be used: something on the way to it is a file`);
});

test('A cache folder into which others may write is refused.', async (t) => {
  const folder = await scratch(t);
  await mkdir(folder);
  await chmod(folder, 0o777);
  const problem = await problemOf(openCache(folder).ensure(entry('v1')));
  assert.match(problem, /^others can write to the cache folder/);
});
