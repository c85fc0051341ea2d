/** How to get Packer and its plugin: for messages. */

import process from 'node:process';

const SUDO = process.getuid?.() === 0 ? '' : 'sudo ';

/** Debian's and Ubuntu's own Go: old, but it fetches the release that is needed. */
export const GO_COMMANDS: readonly string[] = [
  `${SUDO}apt-get update`,
  `${SUDO}apt-get install -y --no-install-recommends golang-go`,
];

export const PLUGIN_COMMANDS: readonly string[] = ['packer plugins install github.com/hashicorp/amazon'];

export const GO_OR_PACKER =
  'install Go 1.18 or later, with which bake builds Packer itself, or Packer 1.11 or later ("Install Packer" on developer.hashicorp.com); Go on Debian and Ubuntu:';

export const GO_OR_PLUGIN =
  'install the plugin, or Go 1.18 or later, with which bake builds it itself (Debian and Ubuntu: golang-go)';
