/** A machine with programs of our making: a PATH, and a cache of its own. */

import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

export interface FakeMachine {
  readonly environment: Readonly<Record<string, string>>;
  readonly cache: string;
  readonly folder: string;
}

/** What the scripts use; the real folders may have a Packer and a Go. */
const USED = ['chmod', 'cp', 'dirname', 'mkdir'];

/** `programs`: name → shell script without its first line. */
export async function fakeMachine(
  t: TestContext,
  programs: Readonly<Record<string, string>>,
): Promise<FakeMachine> {
  const folder = await mkdtemp(join(tmpdir(), 'bake-machine-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const bin = join(folder, 'bin');
  await mkdir(bin);
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(join(bin, name), `#!/bin/sh\n${script}`, { mode: 0o755 });
  }
  await Promise.all(USED.map((name) => symlink(`/bin/${name}`, join(bin, name))));
  const cache = join(folder, 'cache');
  return { folder, cache, environment: { PATH: bin, HOME: folder, BAKE_CACHE: cache } };
}

/** A Packer that knows the plugins at `plugins`, and installs one by copying it. */
export function fakePacker(version: string, ...plugins: string[]): string {
  return `case "$1 $2" in
'version ') echo 'Packer v${version}' ;;
'plugins installed') printf '%s\\n' ${plugins.map((path) => `'${path}'`).join(' ')} ;;
'plugins install')
  target=$PACKER_PLUGIN_PATH/github.com/hashicorp/amazon
  mkdir -p "$target" && cp "$4" "$target/packer-plugin-amazon_v1.8.1_x5.0_linux_amd64" ;;
*) exit 9 ;;
esac
`;
}

/** A Go whose compiler makes the Packer above out of every program and which fetches NEWER_GO. */
export function fakeGo(version: string, build = ''): string {
  return `case "$1" in
env) printf '%s\\n' 'go${version}' linux amd64 ;;
mod)
  [ "$2 $3" = 'download -json' ] && [ "$4" = golang.org/toolchain@v0.0.1-go1.26.3.linux-amd64 ] || exit 7
  mkdir -p "$HOME/newer/bin" "$HOME/newer/pkg/tool/linux_amd64"
  printf '%s' "$NEWER_GO" >"$HOME/newer/bin/go"
  : >"$HOME/newer/pkg/tool/linux_amd64/compile"
  printf '{"Dir": "%s"}' "$HOME/newer" ;;
list) echo 'go: downloading example.com/a v1.0.0' >&2; printf 'example.com/a\\nexample.com/b\\n' ;;
build)
  [ "$PWD" = "$(cd "$PWD" && pwd)" ] && [ -f go.mod ] && [ "$GOFLAGS" = -mod=readonly ] || exit 8
  [ '${version}' != 1.19.8 ] || exit 6
  ${build}
  echo example.com/a >&2
  while [ "$1" != -o ]; do shift; done
  mkdir -p "$(dirname "$2")"
  printf '#!/bin/sh\\n%s' "$FAKE_PACKER" >"$2"
  chmod +x "$2" ;;
esac
`;
}

export const PLUGIN = (version: string) =>
  `/plugins/github.com/hashicorp/amazon/packer-plugin-amazon_v${version}_x5.0_linux_amd64`;
