import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { encodeXml, itemsAt, parseXml, textAt } from '../../../../rehearsal/src/server/wire/xml.ts';

test('a document has lists as items, dates in UTC, and nothing for what is undefined', () => {
  const xml = encodeXml('R', 'urn:x', {
    when: new Date('2026-11-01T12:00:00Z'),
    flag: false,
    none: undefined,
    empty: [],
    list: [{ key: 'a' }, { key: 'b' }],
    words: ['x', 'y'],
    nested: { deep: 1 },
  });
  assert.equal(
    xml,
    '<?xml version="1.0" encoding="UTF-8"?><R xmlns="urn:x"><when>2026-11-01T12:00:00.000Z</when>' +
      '<flag>false</flag><empty/><list><item><key>a</key></item><item><key>b</key></item></list>' +
      '<words><item>x</item><item>y</item></words><nested><deep>1</deep></nested></R>',
  );
});

/** XML 1.0's production `Char`. */
function isAllowed(character: string): boolean {
  const point = character.codePointAt(0) ?? 0;
  return point >= 0x20 ? point !== 0xfffe && point !== 0xffff : [0x9, 0xa, 0xd].includes(point);
}

test('any text arrives as it was, but for characters that XML can not carry', () => {
  const parser = new XMLParser({ parseTagValue: false, trimValues: false, htmlEntities: true });
  const allowed = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => [...text].every(isAllowed));
  fc.assert(
    fc.property(allowed, (text) => {
      const parsed: { R: { t: string } } = parser.parse(encodeXml('R', undefined, { t: text }));
      assert.equal(parsed.R.t, text);
    }),
  );
});

test('a control character becomes a replacement character', () => {
  assert.match(encodeXml('R', undefined, { t: 'a\u0000b\u001bc' }), /<t>a\ufffdb\ufffdc<\/t>/);
});

test('reading finds one item, several, and none', () => {
  const one = parseXml('<r><l><item><k>01</k></item></l></r>');
  const two = parseXml('<r><l><item><k>1</k></item><item><k>2</k></item></l></r>');
  const none = parseXml('<r><l/></r>');
  assert.deepEqual(
    itemsAt(one, 'r', 'l').map((item) => textAt(item, 'k')),
    ['01'],
  );
  assert.deepEqual(
    itemsAt(two, 'r', 'l').map((item) => textAt(item, 'k')),
    ['1', '2'],
  );
  assert.deepEqual(itemsAt(none, 'r', 'l'), []);
  assert.equal(textAt(one, 'r', 'l', 'item', 'k', 'deeper'), undefined);
});
