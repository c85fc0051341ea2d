/** What the OSSEC layer of a running instance should be: the same files that a bake places. Pure. */

import { createHash } from 'node:crypto';
import type { OssecConfig } from '../../ossec/config.ts';
import { ossecFiles } from '../../ossec/files.ts';
import { type Assets, asset } from '../../render/assets.ts';

export interface WantedFile {
  readonly path: string;
  readonly content: string;
  /** Four octal digits. */
  readonly mode: string;
  readonly owner: 'root';
  readonly group: 'root' | 'ossec';
  readonly sha256: string;
}

export interface WantedLayer {
  /** Sorted by path. */
  readonly files: readonly WantedFile[];
  /** Files of the layer that this role has not. */
  readonly absent: readonly string[];
  readonly email: boolean;
  /** Packages that an image has for this configuration, and a push does not bring. */
  readonly needs: readonly string[];
  /** Hooks whose URL is baked into images. */
  readonly hooks: readonly string[];
  /** One number for all files. */
  readonly digest: string;
}

const STEP = 'provisioners/ossec-config/';
const UNITS = '/etc/systemd/system';
const MAIL = `${UNITS}/ossec.target.d/maild.conf`;
const BLOCKING = `${UNITS}/ossec@execd.service.d/blocking.conf`;

/** Where rendered files belong, and whose they are; what is not named here is for the checks only. */
const PLACES: Readonly<Record<string, Pick<WantedFile, 'path' | 'mode' | 'group'>>> = {
  'ossec.conf': { path: '/var/ossec/etc/ossec.conf', mode: '0640', group: 'ossec' },
  'local_internal_options.conf': {
    path: '/var/ossec/etc/local_internal_options.conf',
    mode: '0640',
    group: 'ossec',
  },
  'bake_rules.xml': { path: '/var/ossec/rules/bake_rules.xml', mode: '0640', group: 'ossec' },
  'local_rules.xml': { path: '/var/ossec/rules/local_rules.xml', mode: '0640', group: 'ossec' },
  'notify.json': { path: '/etc/bake/ossec/notify.json', mode: '0644', group: 'root' },
  'ports.allow': { path: '/etc/bake/ossec/ports.allow', mode: '0644', group: 'root' },
  'maintenance.json': { path: '/etc/bake/ossec/maintenance.json', mode: '0644', group: 'root' },
};

export function wantedLayer(config: OssecConfig, assets: Assets): WantedLayer {
  const hasMail = config.email !== undefined;
  const blocks = config.blocking !== undefined;
  const own = (name: string) => asset(assets, `${STEP}${name}`);
  const files = [
    ...rendered(config),
    ...programs(assets),
    file('/var/ossec/bin/ossec-control', own('ossec-control'), '0550'),
    ...(hasMail ? [file(MAIL, own('maild.conf'), '0644')] : []),
    ...(blocks ? [file(BLOCKING, own('blocking.conf'), '0644')] : []),
  ].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return {
    files,
    // The installer's own local_rules.xml stays where the fleet has none: no configuration includes it then.
    absent: [...(hasMail ? [] : [MAIL]), ...(blocks ? [] : [BLOCKING])],
    email: hasMail,
    needs: [...(config.systemLog === 'rsyslog' ? ['rsyslog'] : []), ...(blocks ? ['iptables'] : [])],
    hooks: config.hooks.filter(({ url }) => url.kind === 'in-image').map(({ name }) => name),
    digest: sha256(files.map(({ path, sha256: digest, mode }) => `${path} ${mode} ${digest}\n`).join('')),
  };
}

function rendered(config: OssecConfig): WantedFile[] {
  return ossecFiles(config).flatMap(({ path: name, content }) => {
    const place = PLACES[name];
    return place === undefined ? [] : [{ ...file(place.path, content, place.mode), group: place.group }];
  });
}

/** What is the same in every image; what says how it is run is a program. */
function programs(assets: Assets): WantedFile[] {
  const root = `${STEP}rootfs`;
  return [...assets]
    .filter(([path]) => path.startsWith(`${root}/`))
    .map(([path, content]) =>
      file(path.slice(root.length), content, content.startsWith('#!') ? '0755' : '0644'),
    );
}

function file(path: string, content: string, mode: string): WantedFile {
  return { path, content, mode, owner: 'root', group: 'root', sha256: sha256(content) };
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
