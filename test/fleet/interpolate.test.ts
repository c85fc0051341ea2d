import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { interpolate } from '../../src/fleet/interpolate.ts';

const ENVIRONMENT = { NAME: 'value', EMPTY: '', TRICKY: '$& ${env:NAME} "q": [x]', GONE: undefined };

describe('references to the environment', () => {
  const TABLE: readonly [string, string][] = [
    ['plain', 'plain'],
    ['${env:NAME}', 'value'],
    ['a ${env:NAME} b ${env:NAME}', 'a value b value'],
    ['[${env:EMPTY}]', '[]'],
    ['${env:TRICKY}', '$& ${env:NAME} "q": [x]'],
    ['$${env:NAME}', '${env:NAME}'],
    ['$$${env:NAME}', '$${env:NAME}'],
    ['$${env:', '${env:'],
    ['${HOME} $HOME ${ env:NAME} ${ENV:NAME}', '${HOME} $HOME ${ env:NAME} ${ENV:NAME}'],
  ];
  for (const [text, expected] of TABLE) {
    test(`"${text}" becomes "${expected}"`, () => {
      assert.deepEqual(
        { ...interpolate(text, ENVIRONMENT), variables: [] },
        { text: expected, variables: [], problems: [] },
      );
    });
  }

  const WRONG: readonly [string, string][] = [
    ['${env:NOPE}', 'the environment variable NOPE is not set'],
    ['${env:GONE}', 'the environment variable GONE is not set'],
    ['${env:toString}', 'the environment variable toString is not set'],
    ['${env:}', '"${env:}" is no reference to an environment variable'],
    ['${env:A B}', '"${env:A B}" is no reference to an environment variable'],
    ['x ${env:NAME', '"${env:NAME" is no reference to an environment variable'],
  ];
  for (const [text, problem] of WRONG) {
    test(`"${text}" is refused`, () => {
      assert.deepEqual(
        interpolate(text, ENVIRONMENT).problems.map((one) => one.problem),
        [problem],
      );
    });
  }

  test('a value is taken as it is, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (value, around) => {
        fc.pre(!around.includes('${env:') && !around.endsWith('$'));
        const { text, problems } = interpolate(`${around}\${env:V}${around}`, { V: value });
        assert.deepEqual([text, problems], [`${around}${value}${around}`, []]);
      }),
    );
  });

  test('any text can be written with escapes', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('$', '{', '}', 'env:', '${env:', 'A') }), (text) => {
        const escaped = text.replaceAll('${env:', () => '$${env:');
        assert.deepEqual(interpolate(escaped, {}), { text, variables: [], problems: [] });
      }),
    );
  });
});
