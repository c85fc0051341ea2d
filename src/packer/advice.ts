/** How to get Packer and its plugin: for messages. Pure. */

/** HashiCorp's own packages, as "Install Packer" on developer.hashicorp.com has them for Debian and Ubuntu. */
export const PACKER_COMMANDS: readonly string[] = [
  'wget -O- https://apt.releases.hashicorp.com/gpg | sudo gpg --dearmor -o /usr/share/keyrings/hashicorp.gpg',
  'echo "deb [signed-by=/usr/share/keyrings/hashicorp.gpg] https://apt.releases.hashicorp.com $(. /etc/os-release && echo "$VERSION_CODENAME") main" | sudo tee /etc/apt/sources.list.d/hashicorp.list',
  'sudo apt-get update && sudo apt-get install packer',
];

export const PLUGIN_COMMANDS: readonly string[] = ['packer plugins install github.com/hashicorp/amazon'];

export const GO_OR_PACKER =
  'install Packer 1.11 or later ("Install Packer" on developer.hashicorp.com), or Go 1.21 or later ("Download and install" on go.dev), with which bake builds Packer itself';

export const GO_OR_PLUGIN =
  'install the plugin, or Go 1.21 or later ("Download and install" on go.dev), with which bake builds it itself';
