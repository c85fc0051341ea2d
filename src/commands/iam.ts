/** `bake iam`: who needs which rights, as policies; and the documents that instances are reached by. */

import type { Context } from '../context.ts';
import { EXIT, type ExitCode, fail } from '../failure.ts';
import { type Policy, policies } from '../iam/policies.ts';
import { lookDocument, type OwnDocument } from '../instances/documents.ts';
import { maintenanceDocument } from '../instances/maintenance.ts';
import { pushDocument } from '../instances/push/document.ts';
import { loadAssets } from '../world/assets.ts';
import { openSite } from '../world/site.ts';
import type { FleetOptions } from './fleet-options.ts';
import { loadForCommand } from './load.ts';
import { placeOf } from './push-bundles.ts';

export interface IamOptions extends FleetOptions {
  readonly for: readonly string[];
  readonly instanceRole: readonly string[];
}

export interface InstallOptions extends FleetOptions {
  readonly rehearse: boolean;
}

/** Asks nobody: the policies follow from the fleet file. */
export async function iam(context: Context, options: IamOptions): Promise<ExitCode> {
  const all = policies(await loadForCommand(context, options, 'unseen'), {
    instanceRoles: options.instanceRole,
  }).filter(({ statements }) => statements.length > 0);
  const unknown = options.for.find((name) => !all.some((policy) => policy.name === name));
  if (unknown !== undefined) {
    fail({
      kind: 'input',
      problem: `there is no policy ${JSON.stringify(unknown)}`,
      remedy: `this fleet has ${all.map(({ name }) => name).join(', ')}`,
    });
  }
  const chosen = all.filter(({ name }) => options.for.length === 0 || options.for.includes(name));
  context.reporter.result(
    chosen.map((policy) => ({ name: policy.name, purpose: policy.purpose, policy: document(policy) })),
    chosen.flatMap((policy) => [
      `# ${policy.name}: ${policy.purpose}`,
      ...JSON.stringify(document(policy), undefined, 2).split('\n'),
      '',
    ]),
  );
  return EXIT.done;
}

function document({ statements }: Policy) {
  return { Version: '2012-10-17', Statement: statements };
}

export async function iamInstall(context: Context, options: InstallOptions): Promise<ExitCode> {
  const fleet = await loadForCommand(context, options, 'unseen');
  const documents: OwnDocument[] = [
    lookDocument(await loadAssets()),
    maintenanceDocument(),
    ...(fleet.ossec.bundles === undefined ? [] : [pushDocument(fleet.name, fleet.region, placeOf(fleet))]),
  ];
  const { aws } = await openSite(context, { rehearse: options.rehearse, region: fleet.region });
  for (const { name, content } of documents) {
    await aws.commands.install(name, content);
    await aws.commands.removeOtherVersions(name);
  }
  const names = documents.map(({ name }) => name);
  context.reporter.result(
    { documents: names },
    names.map((name) => `${name}: installed in ${fleet.region}`),
  );
  return EXIT.done;
}
