import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type PackerRecord, parseRecord, recordParser } from '../../src/packer/machine-readable.ts';
import { recording, recordsOf } from './recording.ts';

const CASES: Array<[line: string, record: PackerRecord]> = [
  ['1795494460,,ui,say,==> a.web: hello', { kind: 'ui', level: 'say', text: '==> a.web: hello' }],
  [
    '1,,ui,error,one%!(PACKER_COMMA) two\\nthree\\rfour',
    { kind: 'ui', level: 'error', text: 'one, two\nthree\rfour' },
  ],
  ['1,,ui,say,', { kind: 'ui', level: 'say', text: '' }],
  ['1,a.web,artifact,0,id,us-east-1:ami-1', { kind: 'artifact', id: 'us-east-1:ami-1' }],
  ['1,a.web,artifact,0,string,AMIs', { kind: 'other', type: 'artifact', data: ['0', 'string', 'AMIs'] }],
  ['1,a.web,error,Timeout', { kind: 'error', text: 'Timeout' }],
  ['1,,error-count,1', { kind: 'other', type: 'error-count', data: ['1'] }],
  ['panic: runtime error, goroutine 1', { kind: 'text', text: 'panic: runtime error, goroutine 1' }],
  ['', { kind: 'text', text: '' }],
  ['1,2', { kind: 'text', text: '1,2' }],
];

for (const [line, record] of CASES) {
  test(`The line ${JSON.stringify(line)} is read as ${record.kind}.`, () => {
    assert.deepEqual(parseRecord(line), record);
  });
}

test('Records are the same wherever the output is cut.', () => {
  const output = recording('success');
  const whole = recordsOf(output);
  fc.assert(
    fc.property(fc.array(fc.nat(output.length), { maxLength: 20 }), (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), output.length];
      const parser = recordParser();
      const records = places.flatMap((place, index) =>
        parser.push(output.slice(place, places[index + 1] ?? place)),
      );
      assert.deepEqual([...records, ...parser.end()], whole);
    }),
    { numRuns: 50 },
  );
});

test('Output that ends within a line still gives its record, once.', () => {
  const parser = recordParser();
  assert.deepEqual(parser.push('1,,ui,say,cut o'), []);
  assert.deepEqual(parser.end(), [{ kind: 'ui', level: 'say', text: 'cut o' }]);
  assert.deepEqual(parser.end(), []);
});
