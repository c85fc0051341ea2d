/** Versions of Debian packages in their order. Pure. @see deb-version(7) */

/** Negative where `a` is older than `b`, 0 where they are equal. */
export function compareDebianVersions(a: string, b: string): number {
  const [left, right] = [parse(a), parse(b)];
  return (
    compareNumbers(left.epoch, right.epoch) ||
    comparePart(left.upstream, right.upstream) ||
    comparePart(left.revision, right.revision)
  );
}

function parse(version: string): { epoch: string; upstream: string; revision: string } {
  const [, epoch = '0', rest = ''] = /^(?:(\d+):)?(.*)$/s.exec(version) ?? [];
  const dash = rest.lastIndexOf('-');
  return dash < 0
    ? { epoch, upstream: rest, revision: '' }
    : { epoch, upstream: rest.slice(0, dash), revision: rest.slice(dash + 1) };
}

/** Digits and what is between them by turns, beginning with what is no digit. */
function comparePart(a: string, b: string): number {
  const [left, right] = [piecesOf(a), piecesOf(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const compare = index % 2 === 0 ? compareTexts : compareNumbers;
    const order = compare(left[index] ?? '', right[index] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

function piecesOf(part: string): string[] {
  return [...part.matchAll(/(\D*)(\d*)/g)].flatMap(([, text = '', digits = '']) => [text, digits]);
}

/** As numbers, however many digits they have. */
function compareNumbers(a: string, b: string): number {
  const [left, right] = [a, b].map((digits) => digits.replace(/^0+/, ''));
  if (left === undefined || right === undefined) return 0;
  return left.length - right.length || (left < right ? -1 : Number(left > right));
}

function compareTexts(a: string, b: string): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const order = rank(a.charAt(index)) - rank(b.charAt(index));
    if (order !== 0) return order;
  }
  return 0;
}

/** A tilde before the end, the end before letters, letters before all else. */
function rank(character: string): number {
  if (character === '~') return -1;
  if (character === '') return 0;
  const code = character.charCodeAt(0);
  return /[A-Za-z]/.test(character) ? code : code + 0x1_0000;
}
