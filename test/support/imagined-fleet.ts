/** A fleet whose images are in a rehearsal's server with containers that are only imagined. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { CreateImageCommand, EC2Client } from '@aws-sdk/client-ec2';
import type { Context } from '../../src/context.ts';
import { imageName } from '../../src/plan/decide.ts';
import { TAG } from '../../src/plan/tags.ts';
import { openAws } from '../../src/world/aws.ts';
import type { Site } from '../../src/world/site.ts';
import { launchRunning, untilImage } from '../rehearsal/server/ec2-steps.ts';
import { signedHeaders } from '../rehearsal/server/sign.ts';
import { CREDENTIALS, send, type TestServer } from '../rehearsal/server/support.ts';
import { testContext } from './context.ts';

export interface MadeImage {
  readonly role?: string;
  /** One hexadecimal digit, of which the fingerprint consists. */
  readonly digit: string;
  /** Empty: the image was never finished. */
  readonly state?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export class ImaginedFleet {
  readonly region: string;
  readonly name: string;
  readonly folder: string;
  readonly ec2: EC2Client;
  readonly #server: TestServer;
  #builder: string | undefined;

  private constructor(server: TestServer, region: string, folder: string) {
    this.#server = server;
    this.region = region;
    this.name = 'shop';
    this.folder = folder;
    this.ec2 = new EC2Client({ ...server.client, region });
  }

  /** `settings`: lines of the fleet file. */
  static async open(
    server: TestServer,
    t: { readonly after: (end: () => Promise<void>) => void },
    region: string,
    settings = '',
  ): Promise<ImaginedFleet> {
    const folder = await mkdtemp(join(tmpdir(), 'bake-fleet-'));
    t.after(() => rm(folder, { recursive: true }));
    const fleet = new ImaginedFleet(server, region, folder);
    await fleet.write(settings);
    return fleet;
  }

  async write(settings: string, name = this.name): Promise<void> {
    const head = `fleet: ${name}\nregion: ${this.region}\nsource: { ami: ami-0123456789abcdef0 }\n`;
    await writeFile(this.options.file, `${head}roles: { web: {}, worker: {} }\n${settings}`);
  }

  /** What every command about images takes. */
  get options() {
    return { file: join(this.folder, 'bake.yaml'), strict: false, rehearse: true };
  }

  readonly open = async (): Promise<Site> => {
    const awsIn = (region: string) =>
      openAws({ region, rehearsal: { endpoint: this.#server.endpoint, credentials: CREDENTIALS } });
    return { aws: awsIn(this.region), awsIn, rehearsal: true } as unknown as Site;
  };

  /** A context so many days from now: images are as much older. */
  context(daysFromNow = 0, parts: Partial<Context> = {}) {
    const now = () => new Date(Date.now() + daysFromNow * 86_400_000);
    return testContext({ workingFolder: process.cwd(), now, ...parts });
  }

  /** An image of the fleet, as a bake leaves it; the images of a fleet are made one after the other. */
  async image({ role = 'web', digit, state = 'golden', tags = {} }: MadeImage): Promise<string> {
    this.#builder ??= await launchRunning(this.ec2);
    const fingerprint = digit.repeat(64);
    const all = {
      [TAG.fleet]: this.name,
      [TAG.role]: role,
      [TAG.fingerprint]: fingerprint,
      [TAG.generation]: '1',
      ...(state === '' ? {} : { [TAG.state]: state }),
      // Its report is nowhere, so nobody can tell.
      ...(state === 'golden' ? { [TAG.verification]: 'a'.repeat(64) } : {}),
      [TAG.sourceAmi]: 'ami-0123456789abcdef0',
      [TAG.commit]: 'c'.repeat(40),
      ...tags,
    };
    const Tags = Object.entries(all).map(([Key, Value]) => ({ Key, Value }));
    const made = await this.ec2.send(
      new CreateImageCommand({
        InstanceId: this.#builder,
        Name: imageName(this.name, role, fingerprint, 1),
        TagSpecifications: [{ ResourceType: 'image', Tags }],
      }),
    );
    return (await untilImage(this.ec2, made.ImageId ?? '', 'available')).ImageId ?? '';
  }

  /** Makes the next calls of `action` (`ec2:CopyImage`) end with an error, and no others. */
  async refuse(action: string, code: string, times = 1): Promise<void> {
    await this.#setFaults([{ action, times, effect: { kind: 'refuse', code, status: 403 } }]);
  }

  /** Makes what the next call of `action` begins (`ec2:CopyImage`) end badly. */
  async fail(action: string, reason: string): Promise<void> {
    await this.#setFaults([{ action, effect: { kind: 'fail', reason } }]);
  }

  async refuseNothing(): Promise<void> {
    await this.#setFaults([]);
  }

  async #setFaults(faults: readonly object[]): Promise<void> {
    const body = JSON.stringify(faults);
    const { endpoint } = this.#server;
    const path = '/_rehearsal/faults';
    const headers = await signedHeaders({ endpoint, path, method: 'PUT', body, credentials: CREDENTIALS });
    await send({ url: `${endpoint}${path}`, method: 'PUT', headers, body });
  }
}
