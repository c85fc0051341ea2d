/** Lines of an authorized_keys file, as sshd(8) reads them. Pure. */

import { isPrivateKey } from './private-key.ts';

/** Why a line is no public key that may log in; undefined where it is one. */
export function keyProblem(line: string): string | undefined {
  if (isPrivateKey(line)) return 'this is a private key';
  if (/\p{Cc}/u.test(line.replaceAll('\t', ' '))) return 'a public key must be one line';
  const { type, encoded } = split(line);
  if (type === undefined) return 'this is no public key: it must be a type such as ssh-ed25519, and the key';
  if (type === 'ssh-dss') return 'DSA keys (ssh-dss) are too weak, and OpenSSH takes none of them any more';
  if (type.includes('-cert-v01@'))
    return 'a certificate cannot be an authorized key: use cert-authority with its CA';
  if (!Object.hasOwn(FIELDS, type)) return `${type} is no type of public key that OpenSSH knows`;
  return blobProblem(type, encoded ?? '');
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

function blobProblem(type: string, encoded: string): string | undefined {
  const bytes = Buffer.from(encoded, 'base64');
  const isBase64 = encoded.length > 0 && bytes.toString('base64') === encoded;
  if (!isBase64) return `the key after ${type} is no base64: is a part of it missing?`;
  const fields = fieldsOf(bytes);
  if (fields === undefined || fields.length !== FIELDS[type]) {
    return `the key after ${type} is incomplete or damaged`;
  }
  const inner = Buffer.from(fields[0] ?? []).toString('latin1');
  if (inner !== type) return `the line says ${type}, but its key is of another type`;
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

function rsaProblem(modulus: Uint8Array | undefined): string | undefined {
  const digits = Buffer.from(modulus ?? []).toString('hex');
  const bits = digits === '' ? 0 : BigInt(`0x${digits}`).toString(2).length;
  if (bits >= SMALLEST_RSA) return undefined;
  return `an RSA key of ${bits} bits is too weak: ${SMALLEST_RSA} is the least`;
}

function lengthProblem(type: string, fields: readonly Uint8Array[]): string | undefined {
  if (!type.includes('ed25519') || fields[1]?.length === 32) return undefined;
  return `the key after ${type} is incomplete or damaged`;
}
