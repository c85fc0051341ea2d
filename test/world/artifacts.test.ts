import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { Failed } from '../../src/failure.ts';
import { checkTarball } from '../../src/frozen/check.ts';
import type { Entry } from '../../src/frozen/entry.ts';
import { packEntries } from '../../src/frozen/pack.ts';
import { fetchArtifact } from '../../src/world/artifacts.ts';
import { shownAddress, withoutCredentials } from '../../src/world/download-address.ts';

function entry(path: string, content = path): Entry {
  return { path, kind: 'file', executable: true, content: Buffer.from(content), target: '' };
}

const SOURCE = packEntries([entry('o/install.sh'), entry('o/src/VERSION', 'v4.1.0\n')], 0);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Fetches `bytes` as the object s3://bucket/ossec.tar.gz whose digest the fleet file gives. */
async function fetchObject(bytes: Uint8Array, digest = sha256(bytes)) {
  const folder = await mkdtemp(join(tmpdir(), 'bake-artifacts-'));
  try {
    const path = await fetchArtifact(
      { from: 's3://bucket/ossec.tar.gz', sha256: digest },
      {
        folder,
        fleetFolder: folder,
        objects: { open: async () => Readable.from([bytes]) },
        signal: new AbortController().signal,
        check: checkTarball,
      },
    );
    return { content: await readFile(path), problem: '', left: await readdir(folder) };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { content: undefined, problem: error.failures[0]?.problem ?? '', left: await readdir(folder) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('the tarball that the fleet file names is kept', async () => {
  const { content } = await fetchObject(SOURCE);
  assert.deepEqual(content, Buffer.from(SOURCE));
});

test('one flipped byte, a truncated file, a path that escapes: refused by name, and nothing is kept', async () => {
  const flipped = Uint8Array.from(SOURCE, (byte, index) => (index === 100 ? byte ^ 1 : byte));
  const short = SOURCE.subarray(0, SOURCE.length - 20);
  const escaping = packEntries([entry('o/install.sh'), entry('o/../../etc/cron.d/x')], 0);
  const cases: ReadonlyArray<readonly [Uint8Array, string, RegExp]> = [
    [flipped, sha256(SOURCE), /^s3:\/\/bucket\/ossec\.tar\.gz is not the file that the fleet file names/],
    [short, sha256(SOURCE), /^s3:\/\/bucket\/ossec\.tar\.gz is not the file that the fleet file names/],
    // Even where someone has written the digest of the wrong file into the fleet file.
    [flipped, sha256(flipped), /^s3:\/\/bucket\/ossec\.tar\.gz can't be read as an archive of source/],
    [
      short,
      sha256(short),
      /^s3:\/\/bucket\/ossec\.tar\.gz can't be read as an archive of source: it ends too/,
    ],
    [
      escaping,
      sha256(escaping),
      /^s3:\/\/bucket\/ossec\.tar\.gz is refused: o\/\.\.\/\.\.\/etc\/cron\.d\/x leads out/,
    ],
  ];
  for (const [bytes, digest, message] of cases) {
    const { problem, left } = await fetchObject(bytes, digest);
    assert.match(problem, message);
    assert.deepEqual(left, []);
  }
});

test('credentials in an address go into a header, and into no message', async () => {
  const address = 'https://user:p%40ss@example.com/ossec.tar.gz?X-Amz-Signature=abc';
  assert.equal(shownAddress(address), 'https://example.com/ossec.tar.gz?…');
  assert.equal(shownAddress('https://example.com/a'), 'https://example.com/a');
  assert.equal(shownAddress('s3://bucket/key'), 's3://bucket/key');
  const { url, headers } = withoutCredentials(address);
  assert.equal(url.href, 'https://example.com/ossec.tar.gz?X-Amz-Signature=abc');
  assert.deepEqual(headers, { authorization: `Basic ${Buffer.from('user:p@ss').toString('base64')}` });
  assert.deepEqual(withoutCredentials('https://100%@example.com/').headers, {
    authorization: `Basic ${Buffer.from('100%:').toString('base64')}`,
  });
});

test('a download that fails says where and why without the credentials', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const folder = await mkdtemp(join(tmpdir(), 'bake-artifacts-'));
  try {
    await assert.rejects(
      fetchArtifact(
        { from: `https://user:hunter2@127.0.0.1:${port}/o.tar.gz?token=hunter2`, sha256: sha256(SOURCE) },
        {
          folder,
          fleetFolder: folder,
          objects: { open: async () => Readable.from([]) },
          signal: AbortSignal.timeout(10_000),
        },
      ),
      (error) => {
        assert.ok(error instanceof Failed);
        const said = JSON.stringify(error.failures);
        assert.match(
          said,
          new RegExp(
            `https://127\\.0\\.0\\.1:${port}/o\\.tar\\.gz\\?… can't be fetched: .*(SSL|TLS|wrong version|packet)`,
            'i',
          ),
        );
        assert.doesNotMatch(said, /hunter2/);
        return true;
      },
    );
  } finally {
    server.close();
    server.closeAllConnections();
    await rm(folder, { recursive: true });
  }
});
