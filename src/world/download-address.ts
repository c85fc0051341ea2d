/** Addresses of downloads, whose credentials go to the server and into no message. Pure. */

/** What a message calls an address: without the parts that may hold credentials. */
export function shownAddress(address: string): string {
  if (!address.startsWith('https://') || !URL.canParse(address)) return address;
  const { origin, pathname, search } = new URL(address);
  return `${origin}${pathname}${search === '' ? '' : '?…'}`;
}

/** `https://user:password@host/…` as fetch takes it: with the credentials in a header. */
export function withoutCredentials(address: string): { url: URL; headers: Record<string, string> } {
  const url = new URL(address);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  if (username === '' && password === '') return { url, headers: {} };
  const pair = `${decoded(username)}:${decoded(password)}`;
  return { url, headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
