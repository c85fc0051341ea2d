/** Writes `bake.schema.json` from the schema in `src/fleet/`. Run it after changing that. */

import { writeFile } from 'node:fs/promises';
import { fleetJsonSchemaText } from '../src/fleet/json-schema.ts';

await writeFile(new URL('../bake.schema.json', import.meta.url), fleetJsonSchemaText());
