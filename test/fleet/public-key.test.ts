import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isPrivateKey } from '../../src/fleet/private-key.ts';
import { keyProblem } from '../../src/fleet/public-key.ts';

/** The fields of RFC 4251, each with its length before it. */
function blob(...fields: readonly (string | Buffer)[]): string {
  const parts = fields.flatMap((field) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(field));
    return [length, Buffer.from(field)];
  });
  return Buffer.concat(parts).toString('base64');
}

const bytes = (count: number) => Buffer.alloc(count, 0xff);
const ED25519 = blob('ssh-ed25519', bytes(32));
const rsa = (bits: number) =>
  blob('ssh-rsa', '\x01\x00\x01', Buffer.concat([Buffer.alloc(1), bytes(bits / 8)]));

describe('lines of authorized keys', () => {
  const GOOD: Readonly<Record<string, string>> = {
    'an Ed25519 key': `ssh-ed25519 ${ED25519} alice@example.com`,
    'a key without a comment': `ssh-ed25519 ${ED25519}`,
    'a key with a comment of several words': `ssh-ed25519 ${ED25519} Alice's ssh-rsa key`,
    'an RSA key of 2048 bits': `ssh-rsa ${rsa(2048)}`,
    'an ECDSA key': `ecdsa-sha2-nistp256 ${blob('ecdsa-sha2-nistp256', 'nistp256', bytes(65))}`,
    'a key of a security token': `sk-ssh-ed25519@openssh.com ${blob('sk-ssh-ed25519@openssh.com', bytes(32), 'ssh:')}`,
    'an ECDSA key of a token': `sk-ecdsa-sha2-nistp256@openssh.com ${blob('sk-ecdsa-sha2-nistp256@openssh.com', 'nistp256', bytes(65), 'ssh:')}`,
    'an option': `no-pty ssh-ed25519 ${ED25519}`,
    'options with blanks and quotes': `from="10.0.0.0/8",command="echo \\"ssh-rsa AAAA\\" now" ssh-ed25519 ${ED25519} x`,
    'tabs between the words': `ssh-ed25519\t${ED25519}\tx`,
  };
  for (const [what, line] of Object.entries(GOOD)) {
    test(`${what} is taken`, () => assert.equal(keyProblem(line), undefined));
  }

  const BAD: Readonly<Record<string, [string, string]>> = {
    'a name': ['alice@example.com', 'this is no public key'],
    'an empty line': ['', 'this is no public key'],
    'base64 alone': [ED25519, 'this is no public key'],
    'options that never end': [`command="x ssh-ed25519 ${ED25519}`, 'this is no public key'],
    'two words before the type': [`no-pty no-agent ssh-ed25519 ${ED25519}`, 'this is no public key'],
    'an unknown type': [
      `ssh-ed448 ${blob('ssh-ed448', bytes(57))}`,
      'ssh-ed448 is no type of public key that OpenSSH knows',
    ],
    'a DSA key': [
      `ssh-dss ${blob('ssh-dss', bytes(128))}`,
      'DSA keys (ssh-dss) are too weak, and OpenSSH takes none of them any more',
    ],
    'a weak RSA key': [`ssh-rsa ${rsa(1024)}`, 'an RSA key of 1024 bits is too weak: 2048 is the least'],
    'an RSA key whose modulus is padded with zeros': [
      `ssh-rsa ${blob('ssh-rsa', '\x01\x00\x01', Buffer.concat([Buffer.alloc(200), bytes(128)]))}`,
      'an RSA key of 1024 bits is too weak: 2048 is the least',
    ],
    'another type inside': [
      `ssh-rsa ${ED25519}`,
      'the line says ssh-rsa, but its key is of type ssh-ed25519',
    ],
    'no base64': ['ssh-ed25519 not*base64', 'the key after ssh-ed25519 is no base64'],
    'half a key': [
      `ssh-ed25519 ${ED25519.slice(0, 40)}`,
      'the key after ssh-ed25519 is incomplete or damaged',
    ],
    'a key that is too short': [
      `ssh-ed25519 ${blob('ssh-ed25519', bytes(31))}`,
      'the key after ssh-ed25519 is incomplete or damaged',
    ],
    'a key with something behind it': [
      `ssh-ed25519 ${blob('ssh-ed25519', bytes(32), 'x')}`,
      'the key after ssh-ed25519 is incomplete or damaged',
    ],
    'a length beyond the end': ['ssh-ed25519 /////w==', 'the key after ssh-ed25519 is incomplete or damaged'],
    'a certificate': [`ssh-ed25519-cert-v01@openssh.com ${ED25519}`, 'this is a certificate'],
    'two lines': [`ssh-ed25519 ${ED25519} a\nssh-ed25519 ${ED25519} b`, 'a public key must be one line'],
    'an escape sequence': [`ssh-ed25519 ${ED25519} \u001b[31m`, 'a public key must be one line'],
    'a private key': ['-----BEGIN OPENSSH PRIVATE KEY-----', 'this is a private key'],
  };
  for (const [what, [line, problem]] of Object.entries(BAD)) {
    test(`${what} is refused`, () => assert.equal(keyProblem(line)?.problem, problem));
  }
});

describe('private keys', () => {
  const PRIVATE = [
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN ENCRYPTED PRIVATE KEY-----',
    '-----BEGIN RSA PRIVATE KEY-----',
    '-----BEGIN OPENSSH PRIVATE KEY-----',
    '-----BEGIN PGP PRIVATE KEY BLOCK-----',
    '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----',
    'PuTTY-User-Key-File-3: ssh-ed25519',
    'a certificate first\n  -----BEGIN EC PRIVATE KEY-----',
    'windows\r\n-----BEGIN EC PRIVATE KEY-----\r\n',
  ];
  for (const text of PRIVATE) {
    test(`${JSON.stringify(text)} is one`, () => assert.ok(isPrivateKey(text)));
  }

  const HARMLESS = [
    '-----BEGIN PUBLIC KEY-----',
    '-----BEGIN CERTIFICATE-----',
    "grep -q -- '-----BEGIN PRIVATE KEY-----' file",
    'Never place a PRIVATE KEY here',
    `ssh-ed25519 ${ED25519}`,
  ];
  for (const text of HARMLESS) {
    test(`${JSON.stringify(text)} is none`, () => assert.ok(!isPrivateKey(text)));
  }
});
