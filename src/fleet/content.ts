/** Checks of the files that a fleet file names, each reported where it is named. Pure. */

import { type Finding, mistake, type Path } from './finding.ts';
import { checkPlacement } from './placement.ts';
import { isPrivateKey, PRIVATE_KEY_REMEDY } from './private-key.ts';
import { keyProblem } from './public-key.ts';
import {
  filesOf,
  type GatheredFile,
  type GatheredFiles,
  keyOf,
  type Reference,
  referencesIn,
} from './references.ts';
import { keyListsOf, textAt, textsAt } from './tree.ts';

/** Everything that is wrong with what the fleet file leads to, and with the keys that are written in it. */
export function checkContent(tree: unknown, gathered: GatheredFiles): Finding[] {
  return [
    ...referencesIn(tree).flatMap((reference) => checkReference(tree, reference, gathered)),
    ...inlineKeys(tree),
    ...checkPlacement(tree, gathered),
  ];
}

function checkReference(tree: unknown, reference: Reference, gathered: GatheredFiles): Finding[] {
  const found = gathered.get(keyOf(reference));
  if (found !== undefined && 'problem' in found)
    return [mistake(reference.path, found.problem, found.remedy)];
  if (found !== undefined && 'sha256' in found) return checkDigest(tree, reference, found.sha256);
  return filesOf(gathered, reference).flatMap((file) => checkFile(reference, file));
}

function checkDigest(tree: unknown, { path, text }: Reference, sha256: string): Finding[] {
  const at = [...path.slice(0, -1), 'sha256'];
  const expected = textAt(tree, at);
  if (expected === undefined || expected === sha256) return [];
  const problem = `${text} is not the file that was meant: its SHA-256 is ${sha256}`;
  return [mistake(at, problem, 'Find out who changed it before you write the new digest here')];
}

function checkFile({ use, path }: Reference, file: GatheredFile): Finding[] {
  // Latin 1 keeps every byte, whatever the file is.
  const text = Buffer.from(file.content).toString('latin1');
  if (isPrivateKey(text)) {
    const publicHalf = use === 'keys' ? `Name its public half, ${file.path}.pub` : PRIVATE_KEY_REMEDY;
    return [mistake(path, `${file.path} holds a private key`, publicHalf)];
  }
  if (use === 'script') return checkScript(path, file.path, text);
  return use === 'keys' ? checkKeyFile(path, file) : [];
}

function checkScript(path: Path, name: string, text: string): Finding[] {
  if (text.includes('\r\n')) {
    const remedy = `Convert it: sed -i 's/\\r$//' ${name}`;
    return [mistake(path, `${name} has Windows line ends, with which no interpreter is found`, remedy)];
  }
  if (/^#! *\/\S/.test(text)) return [];
  return [mistake(path, `${name} does not say what runs it`, 'Add a first line: #!/bin/bash')];
}

function checkKeyFile(path: Path, file: GatheredFile): Finding[] {
  const lines = keyLines(file);
  if (lines.length === 0) {
    return [
      mistake(path, `${file.path} has no key in it`, 'Remove the entry, or add a public key to the file'),
    ];
  }
  return lines.flatMap(({ line, number }) => {
    const found = keyProblem(line);
    return found === undefined
      ? []
      : [mistake(path, `${file.path}:${number}: ${found.problem}`, found.remedy)];
  });
}

/** The lines of a key file that are keys, numbered from 1. */
export function keyLines(file: GatheredFile): { line: string; number: number }[] {
  const text = new TextDecoder().decode(file.content);
  return text
    .split(/\r?\n/)
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'));
}

function inlineKeys(tree: unknown): Finding[] {
  return keyListsOf(tree)
    .flatMap((list) => textsAt(tree, list))
    .flatMap(({ path, value }) => {
      // The private key is another rule's.
      const found = isPrivateKey(value) ? undefined : keyProblem(value.trim());
      return found === undefined ? [] : [mistake(path, found.problem, found.remedy)];
    });
}
