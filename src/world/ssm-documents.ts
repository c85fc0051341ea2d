/** SSM's documents: what is there, and bake's own, installed. */

import type { SSMClient } from '@aws-sdk/client-ssm';
import { explained } from './aws-errors.ts';

export interface Document {
  readonly sha256: string;
  readonly version: string;
  readonly content: string;
}

/** Its default version; undefined where there is none. */
export async function document(client: SSMClient, name: string): Promise<Document | undefined> {
  const { DescribeDocumentCommand, GetDocumentCommand } = await import('@aws-sdk/client-ssm');
  try {
    const { Document: described } = await client.send(new DescribeDocumentCommand({ Name: name }));
    const { Content = '', DocumentVersion = '' } = await client.send(
      new GetDocumentCommand({ Name: name, DocumentFormat: 'JSON' }),
    );
    return { content: Content, version: DocumentVersion, sha256: described?.Hash ?? '' };
  } catch (error) {
    if (isNamed(error, 'InvalidDocument')) return undefined;
    return await explained('ssm:GetDocument', () => Promise.reject(error));
  }
}

/** Makes a document, or its next version the one that is run. */
export async function install(client: SSMClient, name: string, content: string): Promise<void> {
  const sdk = await import('@aws-sdk/client-ssm');
  const known = await document(client, name);
  if (known?.content === content) return;
  if (known === undefined && (await create(client, name, content))) return;
  const DocumentVersion = await versionOf(client, name, content);
  await explained('ssm:UpdateDocumentDefaultVersion', () =>
    client.send(new sdk.UpdateDocumentDefaultVersionCommand({ Name: name, DocumentVersion })),
  );
}

/** False where somebody else has just made it. */
async function create(client: SSMClient, name: string, content: string): Promise<boolean> {
  const { CreateDocumentCommand } = await import('@aws-sdk/client-ssm');
  const command = new CreateDocumentCommand({
    ...{ Name: name, Content: content, DocumentType: 'Command', DocumentFormat: 'JSON' },
    TargetType: '/AWS::EC2::Instance',
  });
  return explained('ssm:CreateDocument', async () => {
    try {
      await client.send(command);
      return true;
    } catch (error) {
      if (isNamed(error, 'DocumentAlreadyExists')) return false;
      throw error;
    }
  });
}

/** The version with this content: a new one, or an earlier one, as where somebody goes back to an older bake. */
async function versionOf(client: SSMClient, name: string, content: string): Promise<string | undefined> {
  const { UpdateDocumentCommand } = await import('@aws-sdk/client-ssm');
  const command = new UpdateDocumentCommand({
    ...{ Name: name, Content: content, DocumentVersion: '$LATEST', DocumentFormat: 'JSON' },
  });
  return explained('ssm:UpdateDocument', async () => {
    try {
      const { DocumentDescription } = await client.send(command);
      return DocumentDescription?.DocumentVersion;
    } catch (error) {
      if (isNamed(error, 'DuplicateDocumentContent')) return earlierVersion(client, name, content);
      throw error;
    }
  });
}

/** Versions are numbers, the newest the highest; some may have been deleted. */
async function earlierVersion(client: SSMClient, name: string, content: string) {
  const { DescribeDocumentCommand, GetDocumentCommand } = await import('@aws-sdk/client-ssm');
  return explained('ssm:GetDocument', async () => {
    const { Document: described } = await client.send(new DescribeDocumentCommand({ Name: name }));
    for (let version = Number(described?.LatestVersion); version > 0; version -= 1) {
      const DocumentVersion = String(version);
      const command = new GetDocumentCommand({ Name: name, DocumentVersion, DocumentFormat: 'JSON' });
      const found = await client.send(command).catch((error: unknown) => {
        if (error instanceof Error && error.name.startsWith('InvalidDocument')) return undefined;
        throw error;
      });
      if (found?.Content === content) return DocumentVersion;
    }
    return undefined;
  });
}

export async function removeOtherVersions(client: SSMClient, name: string): Promise<void> {
  const { DeleteDocumentCommand, DescribeDocumentCommand } = await import('@aws-sdk/client-ssm');
  await explained('ssm:DeleteDocument', async () => {
    const { Document: described } = await client.send(new DescribeDocumentCommand({ Name: name }));
    for (let version = Number(described?.LatestVersion); version > 0; version -= 1) {
      const DocumentVersion = String(version);
      if (DocumentVersion === described?.DefaultVersion) continue;
      await client
        .send(new DeleteDocumentCommand({ Name: name, DocumentVersion }))
        .catch((error: unknown) => {
          // Some went before.
          if (!isNamed(error, 'InvalidDocument') && !isNamed(error, 'InvalidDocumentVersion')) throw error;
        });
    }
  });
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
