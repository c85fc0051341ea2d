/** Bytes → YAML → plain data with places. Pure: the loader brings the bytes. */

import { LineCounter, parseDocument, type YAMLError } from 'yaml';
import type { InputFailure } from '../failure.ts';
import { convert } from './convert.ts';
import { type FleetDocument, locationOf } from './document.ts';
import type { Finding, Range } from './finding.ts';
import { type Environment, mentionsEnvironment } from './interpolate.ts';
import { tooMuchYaml } from './yaml-size.ts';

const MIB = 2 ** 20;

export interface Reading {
  /** Absent where the file has no tree that could be looked at. */
  readonly document?: FleetDocument;
  /** What the parser found. */
  readonly failures: readonly InputFailure[];
  /** What was found on the way to plain data: repeated keys, aliases, the environment. */
  readonly findings: readonly Finding[];
}

/**
 * Reads a fleet file. `file` is its path as the user gave it; `environment` is what `${env:NAME}` may
 * name. Nothing is thrown: what is wrong is in the result.
 */
export function readFleetFile(file: string, bytes: Uint8Array, environment: Environment): Reading {
  const refuse = (problem: string, remedy: string, at?: { text: string; range: Range }): Reading => ({
    failures: [
      {
        kind: 'input',
        at: locationOf(file, at?.text ?? '', at?.range ?? [0, 1]),
        problem,
        remedy,
      },
    ],
    findings: [],
  });
  if (bytes.byteLength > MIB) return refuse('the fleet file is larger than 1 MiB', 'Is this the right file?');
  const text = new TextDecoder().decode(bytes);
  const strange = text.search(UNPRINTABLE);
  if (strange >= 0) {
    const problem = `the fleet file is not text: ${nameOf(text, strange)} cannot be in it`;
    return refuse(problem, 'Save it as UTF-8 without control characters', {
      text,
      range: [strange, strange + 1],
    });
  }
  const much = tooMuchYaml(text);
  if (much !== undefined)
    return refuse('the fleet file has too many parts', 'Is this the right file?', { text, range: much });
  return parse(file, text, environment);
}

/** What YAML 1.2 allows in no file, and what invalid UTF-8 is decoded to. */
const UNPRINTABLE = /[^\P{Cc}\t\n\r\u0085]|\r(?!\n)|[\uFFFD-\uFFFF]/u;

function nameOf(text: string, at: number): string {
  const code = text.charCodeAt(at);
  if (code === 0xfffd) return 'what is not UTF-8';
  return code === 0x0d
    ? 'a carriage return alone'
    : `the character U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

function parse(file: string, text: string, environment: Environment): Reading {
  const parsed = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    strict: true,
    stringKeys: true,
    resolveKnownTags: false,
    // The parser compares every key with every other: minutes for a large file. convert.ts has a set.
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: new LineCounter(),
  });
  const errors = [...parsed.errors, ...parsed.warnings];
  const failures = onePerLine(errors.slice(0, MOST_ERRORS).map((error) => parserFailure(file, text, error)));
  if (parsed.directives?.yaml.version !== '1.2') failures.push(oldYaml(file, text));
  if (errors.some((error) => !HARMLESS.has(error.code))) return { failures, findings: [] };
  if (parsed.contents === null) return { failures: [...failures, empty(file, text)], findings: [] };
  const { findings, ...converted } = convert(parsed.contents, text, environment);
  if (typeof converted.tree !== 'object' || Array.isArray(converted.tree) || converted.tree === null) {
    return { failures: [...failures, noMapping(file, text, parsed.contents.range)], findings };
  }
  return { document: { file, text, ...converted }, failures, findings };
}

/** Errors after which the tree is still what the user meant. */
const HARMLESS: ReadonlySet<string> = new Set([
  'BAD_DIRECTIVE',
  'BAD_DQ_ESCAPE',
  'MULTIPLE_DOCS',
  'NON_STRING_KEY',
  'TAG_RESOLVE_FAILED',
]);

const WORDS: Readonly<Record<string, { problem?: string; remedy?: string }>> = {
  TAB_AS_INDENT: { problem: 'a tab indents this line', remedy: 'Indent with spaces' },
  MULTIPLE_DOCS: {
    problem: 'a second YAML document begins here',
    remedy: 'One fleet a file: remove the --- or ... and what follows',
  },
  NON_STRING_KEY: { problem: 'a key must be a plain text' },
  BAD_INDENT: { remedy: 'Check the indentation, and that every [ and { is closed' },
  MISSING_CHAR: { remedy: 'Is a quote, a bracket or a colon missing?' },
  UNEXPECTED_TOKEN: { problem: 'this is not expected here', remedy: 'Check quotes, commas and indentation' },
  TAG_RESOLVE_FAILED: {
    problem: 'a tag like this has no meaning here',
    remedy: 'Remove the word with the !',
  },
  BAD_DIRECTIVE: { remedy: 'Remove the line' },
  BAD_DQ_ESCAPE: { remedy: 'Double the backslash, or use single quotes' },
  BAD_SCALAR_START: { remedy: 'Put the text in quotes' },
  BLOCK_AS_IMPLICIT_KEY: {
    problem: 'a key is not expected here',
    remedy: 'Check the indentation, and put a text that contains ": " in quotes',
  },
  MULTILINE_IMPLICIT_KEY: { remedy: 'Is there a colon missing, or the indentation wrong?' },
  RESOURCE_EXHAUSTION: { problem: 'this is nested too deeply' },
};

function parserFailure(file: string, text: string, error: YAMLError): InputFailure {
  const at = locationOf(file, text, beforeTheEnd(text, error.pos));
  if (error.code === 'UNEXPECTED_TOKEN' && mentionsEnvironment(at.text)) {
    const problem = 'inside of { … } and [ … ], a reference to the environment must be in quotes';
    return { kind: 'input', at, problem, remedy: 'Write "${env:NAME}"' };
  }
  const { problem, remedy } = WORDS[error.code] ?? {};
  const said = problem ?? `${error.message.slice(0, 1).toLowerCase()}${error.message.slice(1, 200)}`;
  return { kind: 'input', at, problem: said, ...(remedy === undefined ? {} : { remedy }) };
}

/** What is missing at the end of the file is missing after its last character that can be seen. */
function beforeTheEnd(text: string, [start, end]: Range): Range {
  const last = text.trimEnd().length;
  return start > last ? [Math.max(0, last - 1), last] : [start, end];
}

/** One mistake can make the parser stumble over every character after it. */
const MOST_ERRORS = 100;

/** What follows the first error of a line is mostly its consequence, as is what follows many. */
function onePerLine(failures: readonly InputFailure[]): InputFailure[] {
  const lines = new Set<number | undefined>();
  return failures
    .filter((failure) => {
      const isFirst = !lines.has(failure.at?.line);
      lines.add(failure.at?.line);
      return isFirst;
    })
    .slice(0, 10);
}

function oldYaml(file: string, text: string): InputFailure {
  const start = Math.max(0, text.indexOf('%YAML'));
  return {
    kind: 'input',
    at: locationOf(file, text, [start, text.length]),
    problem: 'the fleet file is read as YAML 1.2 only',
    remedy: 'Remove the line',
  };
}

function empty(file: string, text: string): InputFailure {
  return {
    kind: 'input',
    at: locationOf(file, text, [0, 1]),
    problem: 'the fleet file is empty',
    remedy: 'Begin with fleet, region, source and roles, as in the example fleet',
  };
}

function noMapping(file: string, text: string, range: readonly number[] | null | undefined): InputFailure {
  return {
    kind: 'input',
    at: locationOf(file, text, [range?.[0] ?? 0, range?.[1] ?? 1]),
    problem: 'the fleet file must be a mapping',
    remedy: 'Write "key: value" lines, with a blank after the colon, beginning with fleet: NAME',
  };
}
