/** Private keys, which belong neither into a fleet file nor into an image. Pure. */

/** PEM (OpenSSL, OpenSSH), RFC 4716's cousins, PGP, and PuTTY. */
const HEADERS = [
  /^[ \t]*-{4,5} ?BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)? ?-{4,5}/m,
  /^[ \t]*PuTTY-User-Key-File-[0-9]+:/m,
];

export const PRIVATE_KEY_REMEDY =
  'Everyone with the image could read it: use the public half, or have instances fetch the key at boot';

/** Is there a private key in this text? */
export function isPrivateKey(text: string): boolean {
  return HEADERS.some((header) => header.test(text));
}
