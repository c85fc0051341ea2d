/** `node call-every-service.ts STATE`: one call to each service, by bake's own clients, to the rehearsal in STATE. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import { openAws } from '../../src/world/aws.ts';

const CONFIG = z.object({ accessKeyId: z.string(), secretAccessKey: z.string() });
const SERVER = z.object({ port: z.number() });

const [, , state = ''] = process.argv;
const read = async (name: string) => JSON.parse(await readFile(join(state, name), 'utf8'));
const credentials = CONFIG.parse(await read('server-config.json'));
const endpoint = `http://127.0.0.1:${SERVER.parse(await read('server.json')).port}`;
const aws = openAws({ region: 'eu-central-1', rehearsal: { endpoint, credentials } });

const { account } = await aws.identity();
const images = await aws.fleetImages('none');
const source = await aws.sourceImage({
  kind: 'ssm-parameter',
  name: '/aws/service/debian/release/12/latest/amd64',
});
const bucket = await aws.objects.keys('no-such-bucket', '').catch((error: Error) => error.message);
process.stdout.write(JSON.stringify({ account, images, source: source.name, bucket }));
