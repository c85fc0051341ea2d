/** What the schema has at a path of the fleet file. */

import { z } from 'zod';
import type { Path } from './finding.ts';
import { fleetFile } from './schema.ts';

/** The keys that may stand in the mapping at `path`. */
export function keysAt(path: Path): string[] {
  return candidatesAt(path).flatMap((schema) =>
    schema instanceof z.ZodObject ? Object.keys(schema.shape) : [],
  );
}

/** How the value at `path` could look, in YAML; undefined where the schema has no example. */
export function exampleAt(path: Path): string | undefined {
  const parents = candidatesAt(path.slice(0, -1));
  const key = String(path.at(-1));
  for (const parent of parents) {
    const examples = parent instanceof z.ZodObject ? examplesOf(parent.shape[key]) : undefined;
    if (examples !== undefined) return inYaml(examples[0]);
  }
  return undefined;
}

function examplesOf(schema: unknown): readonly unknown[] | undefined {
  const examples = schema instanceof z.ZodType ? schema.meta()?.examples : undefined;
  return Array.isArray(examples) ? examples : undefined;
}

function inYaml(value: unknown): string {
  if (typeof value === 'string') return /^[A-Za-z/][\w/.:*-]*$/.test(value) ? value : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(inYaml).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const pairs = Object.entries(value).map(([key, inner]) => `${key}: ${inYaml(inner)}`);
  return `{ ${pairs.join(', ')} }`;
}

/** The schemas that a value at `path` is checked against: several where a union is on the way. */
function candidatesAt(path: Path): unknown[] {
  let schemas = unwrap(fleetFile);
  for (const step of path) schemas = schemas.flatMap((schema) => below(schema, step)).flatMap(unwrap);
  return schemas;
}

function below(schema: unknown, step: string | number): unknown[] {
  if (schema instanceof z.ZodObject) return Object.hasOwn(schema.shape, step) ? [schema.shape[step]] : [];
  if (schema instanceof z.ZodRecord) return [schema.valueType];
  if (schema instanceof z.ZodArray) return [schema.element];
  return [];
}

function unwrap(schema: unknown): unknown[] {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(unwrap);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return unwrap(schema.unwrap());
  }
  return [schema];
}
