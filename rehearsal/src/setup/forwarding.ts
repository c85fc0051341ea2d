/** An engine lets this machine forward packets; where it didn't before, the last one to go takes that back. */

import { glob, readFile, rm, writeFile } from 'node:fs/promises';
import { RUNTIME_PREFIX } from './place.ts';
import { findProcesses } from './processes.ts';

const SETTING = '/proc/sys/net/ipv4/ip_forward';
/** Shared by all rehearsals; like the setting, it is gone after a reboot. */
const BEFORE = '/run/bake-rehearsal.ip-forward';

/** To be called before an engine starts. */
export async function rememberForwarding(): Promise<void> {
  const now = (await readFile(SETTING, 'utf8')).trim();
  if (now === '0') await writeFile(BEFORE, now);
}

/** To be called after an engine has ended and its runtime folder has gone. */
export async function restoreForwarding(): Promise<void> {
  const before = await readFile(BEFORE, 'utf8').catch(() => undefined);
  if (before === undefined || (await someEngineLeft())) return;
  await writeFile(SETTING, before);
  await rm(BEFORE, { force: true });
}

async function someEngineLeft(): Promise<boolean> {
  const rehearsals = await Array.fromAsync(glob(`${RUNTIME_PREFIX}*`));
  if (rehearsals.length > 0) return true;
  return (await findProcesses(({ program }) => program === 'dockerd')).length > 0;
}
