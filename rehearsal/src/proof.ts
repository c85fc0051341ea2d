/** How a client makes sure that it talks to the rehearsal and to nothing else, before it signs anything. */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';

/** Where nothing listens the answer is there at once; a machine under load may need long. */
const ANSWER_MILLISECONDS = 10_000;

/** Whether what answers at `endpoint` knows the rehearsal's secret. False where nothing answers in time. */
export async function provesItself(endpoint: string, secretAccessKey: string): Promise<boolean> {
  const nonce = randomBytes(16).toString('hex');
  const answer = await get(`${endpoint}/_rehearsal/hello?nonce=${nonce}`).catch(() => '');
  const proof = Buffer.from(answer);
  const expected = Buffer.from(createHmac('sha256', secretAccessKey).update(nonce).digest('hex'));
  return proof.length === expected.length && timingSafeEqual(proof, expected);
}

/** Asked with an agent of its own: `fetch` and Node's shared one take proxies from the environment where told to. */
function get(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent: false, signal: AbortSignal.timeout(ANSWER_MILLISECONDS) });
    asked.once('response', (response) => text(response).then(resolve, reject));
    asked.once('error', reject);
    asked.end();
  });
}
