/** `bake status` on a fleet of two layers, before and after what people do to it. */

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { type TestContext, test } from 'node:test';
import { type Preparation, prepare } from '../../src/build/prepare.ts';
import { currentVersions } from '../../src/build/prepare-with-tools.ts';
import { renderFleet } from '../../src/commands/render.ts';
import { type StatusCommandOptions, status } from '../../src/commands/status.ts';
import { formatRecipe, REPORT } from '../../src/images/reports.ts';
import type { ExistingImage } from '../../src/plan/decide.ts';
import type { Site } from '../../src/world/site.ts';
import { testContext } from '../support/context.ts';

const OPTIONS: StatusCommandOptions = {
  file: '',
  strict: false,
  role: [],
  all: false,
  flat: false,
  exitCode: true,
  rehearse: true,
};

const FLEET = `fleet: shop
region: eu-central-1
source: { ami: ami-0123456789abcdef0 }
base:
  packages: [jq]
roles:
  web:
    steps: [{ name: provision, script: roles/provision.sh }]
`;

/** A fleet file in a folder of its own, and the AWS that it is for. */
class Shop {
  readonly folder: string;
  sourceAmi = 'ami-0123456789abcdef0';
  existing: ExistingImage[] = [];

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(t: TestContext): Promise<Shop> {
    const shop = new Shop(await mkdtemp(join(tmpdir(), 'bake-status-')));
    t.after(() => rm(shop.folder, { recursive: true }));
    await shop.write('bake.yaml', FLEET);
    await shop.write('roles/provision.sh', '#!/bin/sh\n');
    return shop;
  }

  async write(path: string, content: string): Promise<void> {
    await mkdir(join(this.folder, path, '..'), { recursive: true });
    await writeFile(join(this.folder, path), content);
  }

  /** As `bake status` has it: exit code and lines. */
  async status(options: Partial<StatusCommandOptions> = {}) {
    const { context, results } = this.#context();
    const exitCode = await status(context, { ...OPTIONS, file: this.#file, ...options }, async () =>
      this.#site(),
    );
    return { exitCode, lines: results[0]?.lines ?? [], value: results[0]?.value };
  }

  /** As if everything was baked; `isKnown`: on this machine. */
  async bake({ isKnown = true, state = 'golden' as ExistingImage['state'] } = {}): Promise<void> {
    const { images } = await this.#prepare();
    for (const { plan, fingerprint, imageName, recipe } of images) {
      if (isKnown) await this.write(`.bake/images/${REPORT.recipe(fingerprint)}`, formatRecipe(recipe));
      this.existing.push({
        imageId: `ami-${plan.name}${this.existing.length}`,
        name: imageName,
        role: plan.name,
        fingerprint,
        generation: 1,
        state,
        createdAt: `2026-06-0${1 + this.existing.length}T00:00:00.000Z`,
        available: true,
        pending: false,
        run: 'r',
      });
    }
  }

  async #prepare(): Promise<Preparation> {
    const { context } = this.#context();
    const { fleet, images } = await renderFleet(context, { ...OPTIONS, file: this.#file, all: true });
    const tools = await currentVersions(context);
    const now = context.now().toISOString();
    const site = this.#site();
    return prepare({ fleet, images, site, tools, force: false, maxAgeSeconds: undefined, now });
  }

  get #file(): string {
    return join(this.folder, 'bake.yaml');
  }

  #context() {
    const environment = { PATH: '', BAKE_CACHE: this.folder };
    return testContext({ workingFolder: process.cwd(), environment });
  }

  #site(): Site {
    const aws = {
      sourceImage: async () => ({
        imageId: this.sourceAmi,
        name: 'debian',
        ownerId: '1',
        rootDeviceName: '',
      }),
      fleetImages: async () => this.existing,
      objects: {},
    };
    const standIn = async () => ({ path: '/stand-in', sha256: 'a'.repeat(64) });
    return { aws, rehearsal: true, standIn } as unknown as Site;
  }
}

test('a new fleet would be baked whole', async (t) => {
  const shop = await Shop.open(t);
  assert.deepEqual(await shop.status(), {
    exitCode: 10,
    lines: ['base  would bake because it has no image yet', 'web   would bake because it has no image yet'],
    value: {
      images: [
        { image: 'base', upToDate: false, reasons: [{ kind: 'first' }] },
        { image: 'web', upToDate: false, reasons: [{ kind: 'first' }] },
      ],
    },
  });
  assert.equal((await shop.status({ exitCode: false })).exitCode, 0);
});

test('what is only a candidate would be verified; base, which no instance boots, would not', async (t) => {
  const shop = await Shop.open(t);
  await shop.bake({ state: 'candidate' });
  const { exitCode, lines } = await shop.status();
  assert.equal(exitCode, 10);
  assert.match(lines[0] ?? '', /^base {2}up to date: ami-base0 \(shop-base-[0-9a-f]{12}-1, candidate\)$/);
  assert.match(lines[1] ?? '', /^web {3}would verify: ami-web1 /);
});

test('what is golden is up to date', async (t) => {
  const shop = await Shop.open(t);
  await shop.bake({ state: 'golden' });
  const { exitCode, lines } = await shop.status();
  assert.equal(exitCode, 0);
  assert.match(lines[1] ?? '', /^web {3}up to date: ami-web1 /);
});

test('a changed script is named as the fleet file names it, and base is not concerned', async (t) => {
  const shop = await Shop.open(t);
  await shop.bake();
  await shop.write('roles/provision.sh', '#!/bin/sh\necho more\n');
  const { exitCode, lines } = await shop.status({ role: ['web'] });
  assert.equal(exitCode, 10);
  assert.match(lines[0] ?? '', /^base {2}up to date/);
  assert.deepEqual(lines.slice(1), ['web   would bake because roles/provision.sh changed']);
});

test('what changes base changes every role', async (t) => {
  const shop = await Shop.open(t);
  await shop.bake();
  await shop.write('bake.yaml', FLEET.replace('[jq]', '[jq, curl]'));
  assert.deepEqual((await shop.status()).lines, [
    'base  would bake because packages of base changed',
    'web   would bake because base changes',
  ]);
});

test('a source image that moved is named, before and after', async (t) => {
  const shop = await Shop.open(t);
  await shop.bake();
  shop.sourceAmi = 'ami-0ffffffffffffffff';
  await shop.write('roles/provision.sh', '#!/bin/sh\necho more\n');
  assert.deepEqual((await shop.status()).lines, [
    'base  would bake because the source AMI moved from ami-0123456789abcdef0 to ami-0ffffffffffffffff',
    'web   would bake because base changes',
    '      and because roles/provision.sh changed',
  ]);
});

test('images grow too old where a limit is named', async (t) => {
  const shop = await Shop.open(t);
  await shop.bake();
  assert.equal((await shop.status({ maxAge: 60 * 86_400 })).exitCode, 0);
  assert.deepEqual((await shop.status({ maxAge: 29.5 * 86_400 })).lines, [
    'base  would bake because ami-base0 is 30 d old',
    'web   would bake because base changes',
  ]);
});

test('what was baked elsewhere has changed, and nobody knows what', async (t) => {
  const shop = await Shop.open(t);
  await shop.bake({ isKnown: false });
  await shop.write('roles/provision.sh', '#!/bin/sh\necho more\n');
  assert.deepEqual((await shop.status()).lines.slice(1), [
    'web   would bake because something changed since ami-web1; what it was made of is not known here',
  ]);
});

test('outside of a rehearsal there must be an OSSEC', async (t) => {
  const shop = await Shop.open(t);
  await assert.rejects(shop.status({ rehearse: false }), /names no OSSEC tarball/);
});
