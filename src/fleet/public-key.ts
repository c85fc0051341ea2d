/** Lines of an authorized_keys file, as sshd(8) reads them. Pure. */

import { isPrivateKey, PRIVATE_KEY_REMEDY } from './private-key.ts';

export interface KeyProblem {
  readonly problem: string;
  readonly remedy: string;
}

/** Why a line is no public key that may log in; undefined where it is one. */
export function keyProblem(line: string): KeyProblem | undefined {
  if (isPrivateKey(line)) return { problem: 'this is a private key', remedy: PRIVATE_KEY_REMEDY };
  if (/\p{Cc}/u.test(line.replaceAll('\t', ' '))) return noKey('a public key must be one line');
  const { type, encoded = '' } = split(line);
  if (type === undefined) return noKey('this is no public key');
  if (type === 'ssh-dss')
    return tooWeak('DSA keys (ssh-dss) are too weak, and OpenSSH takes none of them any more');
  if (type.includes('-cert-v01@')) {
    return {
      problem: 'this is a certificate',
      remedy: 'Write the key of its CA, with the option cert-authority',
    };
  }
  if (!Object.hasOwn(FIELDS, type)) return noKey(`${type} is no type of public key that OpenSSH knows`);
  return blobProblem(type, encoded);
}

function noKey(problem: string): KeyProblem {
  return { problem, remedy: 'Write a line like that of a .pub file: ssh-ed25519 AAAA… name' };
}

function tooWeak(problem: string): KeyProblem {
  return { problem, remedy: 'Make a new key: ssh-keygen -t ed25519' };
}

function damaged(problem: string): KeyProblem {
  return { problem, remedy: 'Copy the whole line from the .pub file' };
}

/** The types that OpenSSH knows, with how many fields each has in its key. */
const FIELDS: Readonly<Record<string, number>> = {
  'ssh-ed25519': 2,
  'ssh-rsa': 3,
  'ecdsa-sha2-nistp256': 3,
  'ecdsa-sha2-nistp384': 3,
  'ecdsa-sha2-nistp521': 3,
  'sk-ssh-ed25519@openssh.com': 3,
  'sk-ecdsa-sha2-nistp256@openssh.com': 4,
};
const SMALLEST_RSA = 2048;

/** `[options] type key [comment]`; blanks in quotes do not end the options. */
const OPTIONS = /(?:"(?:\\.|[^"\\])*"|[^\s"])+/;
const TYPE = /(?:ssh|sk-ssh|ecdsa|sk-ecdsa)-[a-z0-9-]+(?:@openssh\.com)?/;
const LINES = ['', `${OPTIONS.source}\\s+`].map(
  (options) => new RegExp(`^${options}(?<type>${TYPE.source})\\s+(?<encoded>\\S+)`),
);

function split(line: string): { type?: string; encoded?: string } {
  const matches = LINES.map((pattern) => pattern.exec(line.trim())?.groups);
  return matches.find((groups) => groups !== undefined) ?? {};
}

function blobProblem(type: string, encoded: string): KeyProblem | undefined {
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.toString('base64') !== encoded) return damaged(`the key after ${type} is no base64`);
  const fields = fieldsOf(bytes);
  const inner = Buffer.from(fields?.[0] ?? []).toString('latin1');
  if (fields !== undefined && Object.hasOwn(FIELDS, inner) && inner !== type) {
    return damaged(`the line says ${type}, but its key is of type ${inner}`);
  }
  const isWhole = fields !== undefined && inner === type && fields.length === FIELDS[type];
  if (!isWhole) return damaged(`the key after ${type} is incomplete or damaged`);
  return type === 'ssh-rsa' ? rsaProblem(fields[2]) : lengthProblem(type, fields);
}

/** The length-prefixed fields of RFC 4251; undefined where they don't end with the bytes. */
function fieldsOf(bytes: Buffer): Uint8Array[] | undefined {
  const fields: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + 4 > bytes.length) return undefined;
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) return undefined;
    fields.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

function rsaProblem(modulus: Uint8Array | undefined): KeyProblem | undefined {
  const digits = Buffer.from(modulus ?? []).toString('hex');
  const bits = digits === '' ? 0 : BigInt(`0x${digits}`).toString(2).length;
  if (bits >= SMALLEST_RSA) return undefined;
  return tooWeak(`an RSA key of ${bits} bits is too weak: ${SMALLEST_RSA} is the least`);
}

function lengthProblem(type: string, fields: readonly Uint8Array[]): KeyProblem | undefined {
  if (!type.includes('ed25519') || fields[1]?.length === 32) return undefined;
  return damaged(`the key after ${type} is incomplete or damaged`);
}
