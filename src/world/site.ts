/** Where a command works: AWS, or the rehearsal on this machine. */

import type { Context } from '../context.ts';
import { fail } from '../failure.ts';
import { type Aws, openAws } from './aws.ts';
import { startRehearsal } from './rehearsal.ts';

export interface Site {
  readonly aws: Aws;
  /** The same account in another region. */
  readonly awsIn: (region: string) => Aws;
  readonly rehearsal: boolean;
  /** The whole environment of Packer and its plugins; nothing else is inherited. */
  readonly childEnvironment: Readonly<Record<string, string>>;
  /** Addresses that "my address" in the fleet file stands for, as CIDR ranges. */
  readonly myAddress: () => Promise<string[]>;
  /** The AMI can be launched when this ends; only a rehearsal has to prepare one. */
  readonly prepareSource: (imageId: string) => Promise<void>;
  /** In a rehearsal: the stand-in for OSSEC's frozen tarball. */
  readonly standIn: () => Promise<{ readonly path: string; readonly sha256: string }>;
}

export async function openSite(
  context: Context,
  options: { rehearse: boolean; region: string },
): Promise<Site> {
  return options.rehearse ? rehearsalSite(context, options.region) : awsSite(context, options.region);
}

function awsSite(context: Context, region: string): Site {
  return {
    aws: openAws({ region }),
    awsIn: (other) => openAws({ region: other }),
    rehearsal: false,
    childEnvironment: { ...definedOnly(context.environment), AWS_REGION: region },
    myAddress: async () => [`${await publicAddress(context.signal)}/32`],
    prepareSource: async () => {},
    standIn: async () => {
      throw new Error('the stand-in is for rehearsals only');
    },
  };
}

async function rehearsalSite(context: Context, region: string): Promise<Site> {
  const rehearsal = await startRehearsal(context);
  return {
    aws: openAws({ region, rehearsal }),
    awsIn: (other) => openAws({ region: other, rehearsal }),
    rehearsal: true,
    childEnvironment: { ...rehearsal.childEnvironment, AWS_REGION: region },
    myAddress: async () => [rehearsal.sshSource],
    prepareSource: rehearsal.prepareSource,
    standIn: rehearsal.standIn,
  };
}

function definedOnly(environment: Context['environment']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

const ADDRESS_SERVICE = 'https://checkip.amazonaws.com';

/** This machine's address as AWS sees it. */
async function publicAddress(signal: AbortSignal): Promise<string> {
  const answer = await fetch(ADDRESS_SERVICE, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
  })
    .then((response) => response.text())
    .catch(() => '');
  const address = answer.trim();
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) {
    fail({
      kind: 'prerequisite',
      problem: `this machine's public address could not be learnt from ${ADDRESS_SERVICE}`,
      remedy: 'name the range that SSH comes from in the fleet file: `builder.ssh.from: [203.0.113.7/32]`',
    });
  }
  return address;
}
