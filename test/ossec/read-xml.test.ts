/**
 * The dialect of OSSEC's rule files. What is expected here is what OSSEC's own reader (src/os_xml) does with
 * these texts.
 */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { LONGEST_TEXT, readXml } from '../../src/ossec/read-xml.ts';
import type { XmlElement } from '../../src/ossec/xml-model.ts';

function elements(source: string): readonly XmlElement[] {
  const reading = readXml(source);
  assert.ok('elements' in reading, JSON.stringify(reading));
  return reading.elements;
}

function only(source: string): XmlElement {
  const [element, ...more] = elements(source);
  assert.ok(element !== undefined && more.length === 0);
  return element;
}

describe('what only OSSEC reads', () => {
  test('several roots, and text between them that nobody reads', () => {
    assert.deepEqual(
      elements('x <a/> y <b>z</b>').map(({ name, text }) => [name, text]),
      [
        ['a', ''],
        ['b', 'z'],
      ],
    );
  });

  const texts: readonly (readonly [source: string, text: string])[] = [
    ['<a>one & two &amp; three</a>', 'one & two &amp; three'],
    ['<a>\\<b></a>', '\\<b>'],
    ['<a>\\\\<b></a>', '\\\\<b>'],
    ['<a>]]></a>', ']]>'],
    ['<a>x<!-- -- & < -->y</a>', 'xy'],
    ['<a>x<! old !>y</a>', 'xy'],
    ['<a>x<!-- y --z !>w</a>', 'xw'],
    ['<a>\\<!-- the escape goes on --></b></a>', '\\</b>'],
    ['<a>\ue000\ue400</a>', '\ue000\ue400'],
    ['<a>é😀</a>', 'é😀'],
  ];
  for (const [source, text] of texts) {
    test(`the text of ${source}`, () => assert.equal(only(source).text, text));
  }

  test('everything knows its place', () => {
    const source = '<!-- é --><r id="1"  x=\n\'2\'>\n<m>a\\<b</m></r>';
    const rule = only(source);
    const child = rule.children[0];
    assert.equal(source.slice(...rule.range), '<r id="1"  x=\n\'2\'>');
    assert.deepEqual(
      rule.attributes.map(({ name, value, range }) => [name, value, source.slice(...range)]),
      [
        ['id', '1', 'id="1"'],
        ['x', '2', "x=\n'2'"],
      ],
    );
    assert.equal(source.slice(...(child?.range ?? [0, 0])), '<m>');
    assert.equal(source.slice(...(child?.inside ?? [0, 0])), 'a\\<b');
  });
});

describe('what OSSEC does not read', () => {
  const refused: readonly (readonly [source: string, marked: string, problem: RegExp])[] = [
    ['<a>\n <b>t</c>\n</a>', '</c>', /<\/c> stands where <b> is open/],
    ['<a><b></a>', '</a>', /<\/a> stands where <b> is open/],
    ['<g><a>x\\</a></g>', '</g>', /<\/g> stands where <a> is open/],
    ['<a><b/>', '<a>', /<a> is never closed/],
    ['<a/></b>', '</b>', /closes nothing/],
    ['<a></a >', '</a >', /no blank in an end tag/],
    ['<a x ="1"/>', 'x ="1"', /no blank before the =/],
    ['<a x="1>2"/>', 'x="1>2"', /end of the tag/],
    ['<a x="1" x="2"/>', '>', /duplicate attribute: x/],
    ['<a x=1/>', '1', /unquoted attribute value/],
    ['<a>1 < 2</a>', ' ', /not well-formed/],
    ['<a>x<!-- y</a>', '<!', /comment that never ends/],
    ['<a><![CDATA[x]]></a>', '<!', /comment that never ends/],
    ['<?xml version="1.0"?><a/>', '<?', /no <\?xml/],
    [`<a>${'x'.repeat(LONGEST_TEXT)}</a>`, '<a>', /8192 bytes or more/],
    [`<a>${'é'.repeat(LONGEST_TEXT / 2)}</a>`, '<a>', /8192 bytes or more/],
  ];
  for (const [source, marked, problem] of refused) {
    test(`${source.slice(0, 40)}: ${problem.source}`, () => {
      const reading = readXml(source);
      assert.ok('wrong' in reading);
      assert.match(reading.wrong.problem, problem);
      assert.equal(source.slice(...reading.wrong.range), marked);
    });
  }

  test('a text just short enough, with a comment as long as it likes', () => {
    const text = 'x'.repeat(LONGEST_TEXT - 1);
    assert.equal(only(`<a>${text}<!-- ${text} --></a>`).text, text);
  });
});

interface Node {
  readonly name: string;
  readonly text: string;
  readonly children: readonly Node[];
}

const { node } = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.record({
    name: fc.constantFrom('rule', 'match', 'a1', 'if_sid'),
    text: fc.string({
      unit: fc.constantFrom('x', 'é', '😀', '&', '>', ']]>', '\\d', ' ', '\n', '"', '\\<', '&lt;'),
    }),
    children: fc.oneof({ maxDepth: 3 }, fc.constant([]), fc.array(tie('node'), { maxLength: 3 })),
  }),
}));

function written({ name, text, children }: Node): string {
  return `<${name} n="${name}">${children.length > 0 ? children.map(written).join('<!-- < -->') : text}</${name}>`;
}

function read({ name, text, children }: XmlElement): Node {
  return { name, text: children.length > 0 ? '' : text, children: children.map(read) };
}

function expected({ name, text, children }: Node): Node {
  return { name, text: children.length > 0 ? '' : text, children: children.map(expected) };
}

test('what is written is read', () => {
  fc.assert(
    fc.property(fc.array(node, { maxLength: 4 }), (nodes) => {
      assert.deepEqual(elements(nodes.map(written).join('\n')).map(read), nodes.map(expected));
    }),
    { numRuns: 300 },
  );
});

test('whatever it is, it is read or refused at a place in it', () => {
  const piece = fc.constantFrom(
    '<a>',
    '</a>',
    '<b x="',
    '">',
    '<!--',
    '-->',
    '<!',
    '!>',
    '\\',
    '<',
    '&',
    ']]>',
    '=',
    "'",
    '/',
    '\0',
  );
  const source = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece).map((pieces) => pieces.join('')),
  );
  fc.assert(
    fc.property(source, (text) => {
      const reading = readXml(text);
      if (!('wrong' in reading)) return;
      const [start, end] = reading.wrong.range;
      assert.ok(start >= 0 && start <= end && end <= text.length, `${start} to ${end} of ${text.length}`);
    }),
    { numRuns: 1000 },
  );
});
