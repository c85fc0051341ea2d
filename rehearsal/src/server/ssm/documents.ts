/** Documents: moto keeps them, once they are what SSM would take. AWS's own are here. */

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { World } from '../ec2/action.ts';
import { read, type SsmCall } from './call.ts';
import { parseDocument } from './document.ts';
import { RUN_SHELL_SCRIPT, RUN_SHELL_SCRIPT_CONTENT } from './run-shell-script.ts';

const WRITTEN = z.looseObject({
  Content: z.string(),
  DocumentType: z.string().default('Command'),
  DocumentFormat: z.string().default('JSON'),
});

/** CreateDocument and UpdateDocument. */
export function checkWritten(_: World, call: SsmCall): undefined {
  const { Content, DocumentType, DocumentFormat } = read(WRITTEN, call);
  if (DocumentType === 'Command' && DocumentFormat === 'JSON') parseDocument(Content);
}

const NAMED = z.looseObject({ Name: z.string() });

export function getDocument(_: World, call: SsmCall): object | undefined {
  if (read(NAMED, call).Name !== RUN_SHELL_SCRIPT) return undefined;
  return { ...OWN, Content: RUN_SHELL_SCRIPT_CONTENT };
}

export function describeDocument(_: World, call: SsmCall): object | undefined {
  if (read(NAMED, call).Name !== RUN_SHELL_SCRIPT) return undefined;
  const { parameters } = parseDocument(RUN_SHELL_SCRIPT_CONTENT);
  const Parameters = Object.entries(parameters).map(([Name, { type, description }]) => ({
    ...{ Name, Type: type, Description: description },
  }));
  const Hash = createHash('sha256').update(RUN_SHELL_SCRIPT_CONTENT).digest('hex');
  return { Document: { ...OWN, Owner: 'Amazon', Hash, HashType: 'Sha256', Parameters } };
}

const OWN = {
  Name: RUN_SHELL_SCRIPT,
  DocumentVersion: '1',
  Status: 'Active',
  DocumentType: 'Command',
  DocumentFormat: 'JSON',
};

const ANSWER = z.looseObject({ Name: z.string(), Content: z.string(), DocumentVersion: z.string() });

export interface WantedDocument {
  /** Its name, or its ARN. */
  readonly name: string;
  readonly version: string | undefined;
  readonly hash: string | undefined;
}

/** @throws AwsError InvalidDocument where there is none, or another than the hash says */
export async function readDocument({ moto }: World, region: string, wanted: WantedDocument) {
  const name = wanted.name.split('/').at(-1) ?? '';
  const found =
    name === RUN_SHELL_SCRIPT
      ? { ...OWN, Content: RUN_SHELL_SCRIPT_CONTENT }
      : await moto
          .json({ service: 'ssm', region, operation: 'GetDocument' }, request({ ...wanted, name }))
          .catch((error: unknown) => {
            if (error instanceof AwsError)
              throw new AwsError('InvalidDocument', `There is no document ${name}.`);
            throw error;
          });
  const { Content: content, DocumentVersion: version } = ANSWER.parse(found);
  const hash = createHash('sha256').update(content).digest('hex');
  if (wanted.hash !== undefined && wanted.hash !== hash) {
    throw new AwsError('InvalidDocument', `The document ${name} is another one than its hash says.`);
  }
  return { name, content, version };
}

function request({ name, version }: WantedDocument): object {
  return { Name: name, ...(version === undefined ? {} : { DocumentVersion: version }) };
}
