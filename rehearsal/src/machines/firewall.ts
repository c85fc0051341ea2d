/**
 * Puts the firewall rules in place, whoever runs the rehearsal: nft runs in a container that shares this
 * machine's network and may do nothing but administer it. Its image is a root filesystem of ours.
 */

import { type DockerEngine, type Network, RehearsalError, type SourceImage } from '../model.ts';
import { type Docker, hasImage, imageReference, LABEL } from './docker.ts';
import { closing, opening } from './host-chains.ts';
import { bridgeRuleset, removal, ruleset } from './ruleset.ts';

export interface FirewallConfig {
  readonly name: string;
  readonly docker: Pick<DockerEngine, 'own'>;
  readonly network: Network;
  readonly sourceImages: readonly SourceImage[];
}

export class Firewall {
  readonly #docker: Docker;
  readonly #config: FirewallConfig;
  #last: Promise<void> = Promise.resolve();
  readonly #silent = new Set<string>();
  /** What the bridge's own table was last made of. */
  #bridge: string | undefined;

  constructor(docker: Docker, config: FirewallConfig) {
    this.#docker = docker;
    this.#config = config;
  }

  /**
   * Afterwards the rules are in place, even where someone has flushed them. Takes about 0.1 s.
   * @throws RehearsalError where that fails: no container may start then
   */
  ensure(): Promise<void> {
    const result = this.#last.then(() => this.#apply());
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** From when this ends, nothing is begun from a container's address but DNS; or all again. @throws RehearsalError */
  async silence(address: string, isSilent: boolean): Promise<void> {
    if (this.#silent.has(address) === isSilent) return;
    if (isSilent) this.#silent.add(address);
    else this.#silent.delete(address);
    await this.ensure();
  }

  /** The next rules don't know this address. */
  forget(address: string): void {
    this.#silent.delete(address);
  }

  async #apply(): Promise<void> {
    const { name, network, docker } = this.#config;
    const silent = [...this.#silent];
    const rules = ruleset({ name, network, masquerade: docker.own, silent });
    if (!(await this.#tryNft(rules))) {
      await startGuard(this.#docker, this.#config);
      await nft(this.#docker, name, ['--file', '-'], rules);
      const options = { name, bridge: network.bridge, forward: docker.own };
      await edit(this.#docker, name, (listing) => opening(listing, options));
    }
    await this.#applyBridge(silent);
  }

  /** A kernel that lacks such tables matters only where one is needed. */
  async #applyBridge(silent: readonly string[]): Promise<void> {
    const { name } = this.#config;
    const rules = bridgeRuleset({ name, silent });
    if (silent.length > 0) await nft(this.#docker, name, ['--file', '-'], rules);
    else if (rules !== this.#bridge) await this.#tryNft(rules);
    this.#bridge = rules;
  }

  /** False where the guard doesn't run, or no longer can. */
  async #tryNft(rules: string): Promise<boolean> {
    return nft(this.#docker, this.#config.name, ['--file', '-'], rules).then(
      () => true,
      () => false,
    );
  }
}

/** Removes what {@link Firewall.ensure} made, the guard too. Without a root filesystem there is nothing. */
export async function removeFirewall(
  docker: Docker,
  config: Pick<FirewallConfig, 'name' | 'sourceImages'>,
): Promise<void> {
  const { name } = config;
  if ((await findTools(docker, config)) === undefined) return;
  await startGuard(docker, config);
  await nft(docker, name, ['--file', '-'], removal(name));
  await nft(docker, name, ['--file', '-'], bridgeRuleset({ name, silent: [] })).catch(() => undefined);
  await edit(docker, name, (listing) => closing(listing, name));
  await docker(['rm', '--force', '--volumes', guardName(name)]);
}

async function edit(docker: Docker, name: string, change: (listing: string) => string): Promise<void> {
  const commands = change(await nft(docker, name, ['--json', 'list', 'ruleset']));
  if (commands !== '') await nft(docker, name, ['--file', '-'], commands);
}

function nft(docker: Docker, name: string, args: readonly string[], input?: string): Promise<string> {
  return docker(
    ['exec', '--interactive', guardName(name), 'nft', ...args],
    input === undefined ? {} : { input },
  );
}

async function startGuard(
  docker: Docker,
  config: Pick<FirewallConfig, 'name' | 'sourceImages'>,
): Promise<void> {
  const image = await findTools(docker, config);
  if (image === undefined) {
    throw new RehearsalError('failed', "no root filesystem is there, so containers can't be kept apart", {
      remedy: 'run the command again with `--rehearse`; it prepares the image that it starts from',
    });
  }
  await docker(['rm', '--force', '--volumes', guardName(config.name)]);
  await docker([
    'run',
    '--detach',
    '--pull=never',
    `--name=${guardName(config.name)}`,
    `--label=${LABEL}=${config.name}`,
    '--network=host',
    '--cap-drop=ALL',
    '--cap-add=NET_ADMIN',
    '--read-only',
    '--security-opt=no-new-privileges',
    '--security-opt=apparmor=unconfined',
    '--security-opt=label=disable',
    '--stop-signal=SIGKILL',
    image,
    'sleep',
    'infinity',
  ]);
}

function guardName(name: string): string {
  return `${name}-firewall`;
}

/** An image of our own making: what was baked on top of one isn't trusted with this machine's network. */
async function findTools(
  docker: Docker,
  { name, sourceImages }: Pick<FirewallConfig, 'name' | 'sourceImages'>,
): Promise<string | undefined> {
  for (const { imageId } of sourceImages) {
    const reference = imageReference(name, imageId);
    if (await hasImage(docker, reference)) return reference;
  }
  return undefined;
}
