/** With Packer itself, on a workspace that needs no AWS: it ends without an image. */

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { type TestContext, test } from 'node:test';
import type { BakeEvent } from '../../src/events.ts';
import { Failed } from '../../src/failure.ts';
import {
  type PackerBuildOptions,
  packerBuild,
  packerFormatCheck,
  packerValidate,
} from '../../src/packer/run.ts';
import { testTools } from '../support/tools.ts';

const SECRET = 'hunter2 "x" ${y} %{z}\nother-half \'line\'';
const BASE64 = Buffer.from(SECRET).toString('base64');

const HCL = `variable "secret_token" {
  type      = string
  sensitive = true
}

variable "folder" {
  type = string
}

source "null" "web" {
  communicator = "none"
}

build {
  sources = ["source.null.web"]

  provisioner "shell-local" {
    script           = "\${path.root}/run.sh"
    environment_vars = ["FOLDER=\${var.folder}", "LENGTH=\${length(var.secret_token)}"]
  }
}
`;

interface Build {
  readonly options: PackerBuildOptions;
  readonly events: BakeEvent[];
  readonly folder: string;
  readonly abort: AbortController;
}

async function prepare(t: TestContext, script: string): Promise<Build> {
  const folder = await mkdtemp(join(tmpdir(), 'bake-packer-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const workspaceFolder = join(folder, 'workspace');
  await mkdir(workspaceFolder);
  await writeFile(join(workspaceFolder, 'image.pkr.hcl'), HCL);
  await writeFile(join(workspaceFolder, 'run.sh'), `#!/bin/sh\n${script}`, { mode: 0o755 });
  const events: BakeEvent[] = [];
  const abort = new AbortController();
  const options: PackerBuildOptions = {
    tools: await testTools(),
    workspaceFolder,
    variables: { folder },
    secrets: { secret_token: SECRET },
    environment: { PATH: process.env.PATH, HOME: folder },
    log: join(folder, 'packer.log'),
    emit: (event) => events.push(event),
    image: 'web',
    signal: abort.signal,
    askAws: async () => [],
  };
  return { options, events, folder, abort };
}

async function problemOf(build: Build): Promise<string> {
  const error = await packerBuild(build.options).then(
    () => assert.fail('the workspace makes no image'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Failed);
  return error.message;
}

test('A secret reaches Packer whole, and is in no list of processes, log or event.', async (t) => {
  const build = await prepare(
    t,
    'printf %s "$LENGTH" >"$FOLDER/length"; ps -eo args >"$FOLDER/ps"; echo "token: $PKR_VAR_secret_token $(echo "$PKR_VAR_secret_token" | base64 -d)"',
  );
  assert.equal(await problemOf(build), 'Packer ended without an image');
  assert.equal(await readFile(join(build.folder, 'length'), 'utf8'), String(BASE64.length));
  const processes = await readFile(join(build.folder, 'ps'), 'utf8');
  assert.match(processes, /packer build -machine-readable/);
  const log = await readFile(build.options.log, 'utf8');
  assert.match(log, /token: <sensitive> <sensitive>/);
  for (const text of [processes, log, JSON.stringify(build.events)]) {
    assert.equal(text.includes(BASE64), false);
    assert.equal(text.includes('hunter2'), false);
    assert.equal(text.includes('other-half'), false);
  }
});

test('Packer ends in good order when it is interrupted.', async (t) => {
  const build = await prepare(t, 'echo started; exec sleep 300');
  const problem = problemOf(build);
  const lines = () => build.events.flatMap((event) => (event.type === 'image.output' ? [event.text] : []));
  while (!lines().includes('started')) await new Promise((resolve) => setTimeout(resolve, 50));
  build.abort.abort();
  assert.match(await problem, /^interrupted/);
  // Where the step has gone before Packer knows that it is interrupted, it tells of that instead.
  assert.match(lines().join('\n'), /^(?:Cleanly cancelled builds|.*Some builds didn't complete)/m);
});

test('Packer validates and formats the workspace.', async (t) => {
  const { options } = await prepare(t, '');
  await packerValidate(options);
  assert.deepEqual(await packerFormatCheck({ ...options, folder: options.workspaceFolder }), []);
  await assert.rejects(packerValidate({ ...options, secrets: {} }), /Unset variable "secret_token"/);
});
