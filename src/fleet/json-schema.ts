/** The JSON Schema of the fleet file, for editors. Pure. */

import { z } from 'zod';
import { fleetFile } from './schema.ts';

/** In a text, a reference to the environment can stand for anything. */
const ENVIRONMENT = '\\$\\{env:';

/**
 * The schema that editors check and complete `bake.yaml` with. It is less strict than bake where JSON
 * Schema can't say what bake checks, and never stricter.
 */
export function fleetJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(fleetFile, { target: 'draft-7', io: 'input' });
  const { $schema, ...rest } = withEnvironment(schema);
  return { $schema, ...rest };
}

/** The content of `bake.schema.json`. */
export function fleetJsonSchemaText(): string {
  return `${JSON.stringify(fleetJsonSchema(), null, 2)}\n`;
}

function withEnvironment(schema: object): Record<string, unknown> {
  const entries = Object.entries(schema).map(([key, value]): [string, unknown] => {
    // Keys never come from the environment, and examples and defaults are data.
    if (key === 'propertyNames' || key === 'examples' || key === 'default') return [key, value];
    if (Array.isArray(value)) return [key, value.map(recurse)];
    return [key, recurse(value)];
  });
  return alsoFromEnvironment(Object.fromEntries(entries));
}

function recurse(value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? withEnvironment(value)
    : value;
}

function alsoFromEnvironment(schema: Record<string, unknown>): Record<string, unknown> {
  const { pattern, enum: values, maxLength: _, minLength: __, ...rest } = schema;
  if (schema.type !== 'string') return schema;
  if (Array.isArray(values)) {
    const { type, ...about } = rest;
    return {
      ...about,
      anyOf: [
        { type, enum: values },
        { type, pattern: ENVIRONMENT },
      ],
    };
  }
  if (typeof pattern !== 'string') return rest;
  return { ...rest, pattern: pattern.includes('env:') ? pattern : `${pattern}|${ENVIRONMENT}` };
}
