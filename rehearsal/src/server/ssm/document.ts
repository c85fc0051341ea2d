/** Command documents: what they may hold, and what becomes of them with a command's parameters. Pure. */

import { z } from 'zod';
import { AwsError } from '../aws-error.ts';

/** What SSM takes of a document, in characters. */
const LARGEST = 64 * 1024;

const PARAMETER = z.strictObject({
  type: z.enum(['String', 'StringList', 'Boolean', 'Integer']),
  description: z.string().optional(),
  default: z.union([z.string(), z.array(z.string()), z.boolean(), z.number()]).optional(),
  allowedValues: z.array(z.string()).optional(),
  allowedPattern: z.string().optional(),
  minItems: z.int().optional(),
  maxItems: z.int().optional(),
  displayType: z.enum(['textfield', 'textarea']).optional(),
});

const TEXT_OR_LINES = z.union([z.string(), z.array(z.string())]);
const SHARED = { onFailure: z.enum(['exit', 'successAndExit']).optional() };

const STEP = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('aws:runShellScript'),
    name: z.string().regex(/^\w+$/),
    precondition: z.unknown().optional(),
    inputs: z.strictObject({
      ...SHARED,
      runCommand: TEXT_OR_LINES,
      timeoutSeconds: z.union([z.string(), z.number()]).default('3600'),
      workingDirectory: z.string().optional(),
    }),
  }),
  z.strictObject({
    action: z.literal('aws:downloadContent'),
    name: z.string().regex(/^\w+$/),
    precondition: z.unknown().optional(),
    inputs: z.strictObject({
      ...SHARED,
      sourceType: z.literal('S3'),
      /** JSON, or what JSON would say. */
      sourceInfo: z.union([z.string(), z.record(z.string(), z.string())]),
      destinationPath: z.string(),
    }),
  }),
]);

const DOCUMENT = z.strictObject({
  schemaVersion: z.literal('2.2'),
  description: z.string().optional(),
  parameters: z.record(z.string().regex(/^\w+$/), PARAMETER).default({}),
  mainSteps: z.array(STEP).min(1),
});

export type CommandDocument = Readonly<z.infer<typeof DOCUMENT>>;
export type Step = CommandDocument['mainSteps'][number];
type Parameter = z.infer<typeof PARAMETER>;

/** @throws AwsError where it is no JSON of the schema 2.2, or does what the rehearsal doesn't */
export function parseDocument(content: string): CommandDocument {
  if (content.length > LARGEST) {
    throw new AwsError('MaxDocumentSizeExceeded', `The document has more than ${LARGEST} characters.`);
  }
  const parsed = DOCUMENT.safeParse(parseJson(content));
  if (parsed.success) return parsed.data;
  throw new AwsError('InvalidDocumentContent', z.prettifyError(parsed.error));
}

/**
 * The document's steps with a command's parameters in their places.
 * @throws AwsError InvalidParameters
 */
export function bind(
  document: CommandDocument,
  given: Readonly<Record<string, readonly string[]>>,
): readonly Step[] {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(document.parameters, name));
  if (unknown !== undefined) throw invalid(`${unknown} is not a parameter of the document`);
  const values = new Map(
    Object.entries(document.parameters).map(([name, parameter]) => [
      name,
      bound(name, parameter, given[name]),
    ]),
  );
  return document.mainSteps.map((step): Step => replaced(step, values) as Step);
}

type Value = string | readonly string[];

function bound(name: string, parameter: Parameter, given: readonly string[] | undefined): Value {
  const values = given ?? defaults(parameter);
  if (values === undefined) throw invalid(`the parameter ${name} is missing`);
  for (const value of values) check(name, parameter, value);
  if (parameter.type === 'StringList') {
    const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = parameter;
    if (values.length < minItems || values.length > maxItems) throw invalid(`${name} has too few or many`);
    return values;
  }
  const [value, ...more] = values;
  if (value === undefined || more.length > 0) throw invalid(`${name} takes one value`);
  return value;
}

function defaults({ default: value }: Parameter): readonly string[] | undefined {
  if (value === undefined) return undefined;
  return Array.isArray(value) ? value : [String(value)];
}

/** The pattern may match anywhere: a document that forgets `^` and `$` shall not seem safe here. */
function check(name: string, { type, allowedPattern, allowedValues }: Parameter, value: string): void {
  if (type === 'Boolean' && !/^(?:true|false)$/i.test(value)) throw invalid(`${name} is no boolean`);
  if (type === 'Integer' && !/^-?\d{1,15}$/.test(value)) throw invalid(`${name} is no integer`);
  if (allowedValues !== undefined && !allowedValues.includes(value)) {
    throw invalid(`${name} must be one of ${allowedValues.join(', ')}`);
  }
  if (allowedPattern !== undefined && !new RegExp(allowedPattern).test(value)) {
    throw invalid(`${name} does not match ${allowedPattern}`);
  }
}

const PLACE = /\{\{\s*([\w:.]+)\s*\}\}/g;

/** A text that is one place is replaced by the whole value; within texts, only single values can stand. */
function replaced(node: unknown, values: ReadonlyMap<string, Value>): unknown {
  if (Array.isArray(node)) return node.flatMap((item) => replaced(item, values));
  if (typeof node === 'object' && node !== null) {
    return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, replaced(item, values)]));
  }
  if (typeof node !== 'string') return node;
  const whole = /^\{\{\s*(\w+)\s*\}\}$/.exec(node)?.[1];
  if (whole !== undefined) return values.get(whole) ?? invalidPlace(whole);
  return node.replace(PLACE, (_, name: string) => {
    const value = values.get(name) ?? invalidPlace(name);
    return typeof value === 'string' ? value : value.join(' ');
  });
}

function invalidPlace(name: string): never {
  throw invalid(`{{ ${name} }} is not a parameter of the document`);
}

function invalid(problem: string): AwsError {
  return new AwsError(
    'InvalidParameters',
    `The command's parameters are not what the document takes: ${problem}.`,
  );
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
