/** The name of an S3 operation: S3 says it with method, path and query string. */

import { header, type RequestHead } from '../http.ts';

const PLAIN_BUCKET: Readonly<Record<string, string>> = {
  GET: 'ListObjects',
  HEAD: 'HeadBucket',
  PUT: 'CreateBucket',
  DELETE: 'DeleteBucket',
  POST: 'PostObject',
};

const PLAIN_OBJECT: Readonly<Record<string, string>> = {
  GET: 'GetObject',
  HEAD: 'HeadObject',
  PUT: 'PutObject',
  DELETE: 'DeleteObject',
  POST: 'PostObject',
};

/** Query strings that name an operation together with the method; the others follow a pattern. */
const NAMED: Readonly<Record<string, string>> = {
  'GET list-type': 'ListObjectsV2',
  'GET uploads': 'ListMultipartUploads',
  'GET versions': 'ListObjectVersions',
  'POST delete': 'DeleteObjects',
  'POST uploads': 'CreateMultipartUpload',
  'POST uploadId': 'CompleteMultipartUpload',
  'PUT uploadId': 'UploadPart',
  'DELETE uploadId': 'AbortMultipartUpload',
  'GET uploadId': 'ListParts',
};

const SUBRESOURCES: ReadonlySet<string> = new Set([
  'acl',
  'attributes',
  'cors',
  'encryption',
  'lifecycle',
  'location',
  'object-lock',
  'ownershipControls',
  'policy',
  'publicAccessBlock',
  'retention',
  'tagging',
  'versioning',
]);

/** `PutObject`, `ListObjectsV2`, `GetBucketLocation`, …; addresses are in path style. */
export function s3Operation(head: RequestHead): string {
  const [, bucket = '', ...key] = head.path.split('/');
  if (bucket === '') return 'ListBuckets';
  const isObject = key.join('/') !== '';
  for (const name of new URLSearchParams(head.query).keys()) {
    const named = NAMED[`${head.method} ${name}`];
    if (named !== undefined) return named;
    if (SUBRESOURCES.has(name)) return subresource(head.method, isObject, name);
  }
  if (head.method === 'PUT' && header(head, 'x-amz-copy-source') !== undefined) return 'CopyObject';
  return (isObject ? PLAIN_OBJECT : PLAIN_BUCKET)[head.method] ?? 'Unknown';
}

function subresource(method: string, isObject: boolean, name: string): string {
  const verb = method.charAt(0) + method.slice(1).toLowerCase();
  const pascal = name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
  return `${verb}${isObject ? 'Object' : 'Bucket'}${pascal}`;
}
