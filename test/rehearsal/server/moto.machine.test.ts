import assert from 'node:assert/strict';
import { DescribeImagesCommand, DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { eventually, serverTests } from './support.ts';

const serverTest = serverTests();

serverTest(
  'without its engine the server answers nothing but that it is gone',
  async ({ client, machines }) => {
    const ec2 = new EC2Client(client);
    machines.isGone = true;
    await assert.rejects(ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] })), {
      name: 'RehearsalIsGone',
      message: /Docker engine behind the rehearsal does not answer any more: `bake rehearse down`/,
    });
    machines.isGone = false;
    assert.equal((await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }))).Images?.length, 1);
  },
);

serverTest(
  'the server answers cleanly when moto has gone, and says so in its log',
  async ({ client, moto, lines }) => {
    const ec2 = new EC2Client(client);
    await ec2.send(new DescribeVpcsCommand({}));
    await moto.stop();
    await assert.rejects(ec2.send(new DescribeVpcsCommand({})), {
      name: 'ServiceUnavailable',
      message: /The emulator behind the rehearsal is gone \(.*\): take the rehearsal down and up again\./,
    });
    await eventually(async () => lines.some((line) => line.startsWith('moto ended: ')) || undefined);
    assert.equal((await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }))).Images?.length, 1);
  },
);
