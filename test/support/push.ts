/** What tests of pushes share: a place for bundles, an image to begin with, and somebody who uses the service meanwhile. */

import assert from 'node:assert/strict';
import { type BucketLocationConstraint, CreateBucketCommand } from '@aws-sdk/client-s3';
import { bakeJson, rehearsalS3 } from './rehearsal.ts';

export async function makeBucket(Bucket: string, region: string): Promise<void> {
  const s3 = await rehearsalS3(region);
  const CreateBucketConfiguration = { LocationConstraint: region as BucketLocationConstraint };
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
}

/** Bakes the role web of the fleet in a folder, unless it is up to date; returns its image. */
export async function bakeWeb(cwd: string): Promise<string> {
  const args = ['--role', 'web', '--no-verify', '--yes', '--rehearse'];
  const { exitCode, value, stdout, stderr } = await bakeJson(args, { cwd });
  assert.equal(exitCode, 0, `${stdout}${stderr}`);
  const images: ReadonlyArray<{ image: string; imageId: string }> = value.images;
  return images.find(({ image }) => image === 'web')?.imageId ?? assert.fail('no image of web');
}

const ENOUGH = '/run/asked-enough';
const CLIENT = `import os, time, urllib.request
count = lost = 0
while not os.path.exists("${ENOUGH}"):
    try:
        urllib.request.urlopen("http://127.0.0.1/", timeout=2).read()
    except OSError:
        lost += 1
    count += 1
    time.sleep(0.01)
print(count, lost)`;

/** Asks an instance for its page all the time; \`end\` says how often, and how often nobody answered. */
export async function askAllTheTime(bash: (line: string) => Promise<string>) {
  await bash(`rm -f ${ENOUGH}`);
  const client = bash(`python3 -c '${CLIENT}'`);
  return {
    end: async () => {
      await bash(`touch ${ENOUGH}`);
      const [asked = 0, lost = 0] = (await client).split(' ').map(Number);
      return { asked, lost };
    },
  };
}
