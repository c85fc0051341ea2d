/** A rehearsal for tests of machines, and its instances as a user sees them. */

import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateImageCommand,
  CreateKeyPairCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  EC2Client,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { prepare, sourceImages, type UpOptions, up } from '../../rehearsal/src/index.ts';
import { type Docker, dockerClient, imageReference } from '../../rehearsal/src/machines/docker.ts';
import type { Distribution, Rehearsal, ServerConfig } from '../../rehearsal/src/model.ts';
import { readConfig } from '../../rehearsal/src/server/config.ts';
import { cacheFolder, openCache } from '../../src/world/cache.ts';

export interface Instance {
  readonly id: string;
  /** On the loopback of this machine. */
  readonly address: string;
}

/** A new, empty state folder. */
export async function newStateFolder(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), 'bake-workbench-')), 'state');
}

export function optionsFor(stateFolder: string): UpOptions {
  return {
    stateFolder,
    cache: openCache(cacheFolder(process.env)),
    consent: async () => true,
    report: () => {},
  };
}

/** The images of `distributions` are ready to be launched. */
export async function openWorkbench(stateFolder: string, distributions: readonly Distribution[]) {
  const options = optionsFor(stateFolder);
  const rehearsal = await up(options);
  const images = sourceImages().filter(({ distribution }) => distributions.includes(distribution));
  await prepare(
    options,
    images.map(({ imageId }) => imageId),
  );
  const config = await readConfig(join(stateFolder, 'server-config.json'));
  return new Workbench(rehearsal, config);
}

/** Long enough for a loaded machine; a boot takes two to five seconds. */
const PATIENCE_MILLISECONDS = 60_000;

export class Workbench {
  readonly config: ServerConfig;
  readonly docker: Docker;
  readonly ec2: EC2Client;
  readonly endpoint: string;
  readonly region = 'eu-west-1';
  readonly #key: Promise<{ name: string; secret: string }>;

  constructor({ endpoint, accessKeyId, secretAccessKey }: Rehearsal, config: ServerConfig) {
    this.config = config;
    this.endpoint = endpoint;
    this.docker = dockerClient(config.docker);
    this.ec2 = new EC2Client({
      endpoint,
      region: this.region,
      credentials: { accessKeyId, secretAccessKey },
    });
    this.#key = this.#createKey();
  }

  source(distribution: Distribution): string {
    const image = this.config.sourceImages.find((candidate) => candidate.distribution === distribution);
    return image?.imageId ?? assert.fail(`no image of ${distribution}`);
  }

  /** `profile`: name of an instance profile; `group`: id of a security group. */
  async launch(imageId: string, profile?: string, group?: string): Promise<Instance> {
    const [first] = await this.launchSeveral(imageId, 1, profile, group);
    return first ?? assert.fail('no instance was launched');
  }

  /** They can be reached by SSH when this ends. */
  async launchSeveral(imageId: string, count: number, profile?: string, group?: string): Promise<Instance[]> {
    const { Instances = [] } = await this.ec2.send(
      new RunInstancesCommand({
        ImageId: imageId,
        InstanceType: 't3.micro',
        KeyName: (await this.#key).name,
        MetadataOptions: { HttpTokens: 'required' },
        ...(profile === undefined ? {} : { IamInstanceProfile: { Name: profile } }),
        ...(group === undefined ? {} : { SecurityGroupIds: [group] }),
        MinCount: count,
        MaxCount: count,
      }),
    );
    return Promise.all(Instances.map(({ InstanceId = '' }) => this.#reachable(InstanceId)));
  }

  async terminate(...instances: readonly Instance[]): Promise<void> {
    await this.ec2.send(new TerminateInstancesCommand({ InstanceIds: instances.map(({ id }) => id) }));
    for (const { id } of instances) await this.#untilState(id, 'terminated');
  }

  async stop({ id }: Instance): Promise<void> {
    await this.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    await this.#untilState(id, 'stopped');
  }

  async start({ id }: Instance): Promise<Instance> {
    await this.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
    return this.#reachable(id);
  }

  /** An image of a stopped instance, which is available at the first look. */
  async createImage({ id }: Instance, name: string): Promise<string> {
    const { ImageId = '' } = await this.ec2.send(new CreateImageCommand({ InstanceId: id, Name: name }));
    const { Images } = await this.ec2.send(new DescribeImagesCommand({ ImageIds: [ImageId] }));
    assert.equal(Images?.[0]?.State, 'available');
    return ImageId;
  }

  /** What a line of shell prints, run over SSH as Debian's user. */
  async ssh(instance: Instance, line: string): Promise<string> {
    return this.docker(
      [
        ...['run', '--rm', '--interactive', '--network=host', '--pull=never', '--cap-drop=ALL'],
        ...['--security-opt=label=disable', '--tmpfs=/root:mode=700'],
        imageReference(this.config.name, this.source('debian-12')),
        ...['sh', '-c', SSH, 'ssh', `admin@${instance.address}`, line],
      ],
      { input: (await this.#key).secret },
    );
  }

  /** The same as root, past SSH. */
  async root({ id }: Instance, line: string): Promise<string> {
    return this.docker(['exec', `${this.config.name}-${id}`, 'bash', '-c', line]);
  }

  async #createKey() {
    const name = `workbench-${process.pid}-${Date.now()}`;
    const { KeyMaterial = '' } = await this.ec2.send(
      new CreateKeyPairCommand({ KeyName: name, KeyType: 'ed25519' }),
    );
    return { name, secret: KeyMaterial };
  }

  async #reachable(id: string): Promise<Instance> {
    await this.#untilState(id, 'running');
    const { Reservations } = await this.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    const instance = { id, address: Reservations?.[0]?.Instances?.[0]?.PublicIpAddress ?? '' };
    await eventually(() => this.ssh(instance, 'true'));
    return instance;
  }

  async #untilState(id: string, state: string): Promise<void> {
    await eventually(async () => {
      const { Reservations } = await this.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
      assert.equal(Reservations?.[0]?.Instances?.[0]?.State?.Name, state);
    });
  }
}

/** The machine under test has an SSH client; this one need not have. The key comes by stdin. */
const SSH = `umask 077; cat >/root/key; exec ssh -q -i /root/key -o BatchMode=yes -o ConnectTimeout=5 \\
  -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "$@"`;

/** Tries again until it succeeds, for a minute. */
export async function eventually(attempt: () => Promise<unknown>): Promise<void> {
  const end = Date.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(100);
    }
  }
}
