import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RequestHead } from '../../../../rehearsal/src/server/http.ts';
import { operationOf, protocolOf } from '../../../../rehearsal/src/server/wire/protocol.ts';

function head(request: string, headers: Readonly<Record<string, string>> = {}): RequestHead {
  const [method = '', target = ''] = request.split(' ');
  const [path = '', query = ''] = target.split('?');
  return { method, path, query, headers: Object.entries(headers) };
}

test('S3 operations are told from method, path and query string', () => {
  const cases: readonly (readonly [request: string, operation: string])[] = [
    ['GET /', 'ListBuckets'],
    ['PUT /bucket', 'CreateBucket'],
    ['PUT /bucket/', 'CreateBucket'],
    ['HEAD /bucket', 'HeadBucket'],
    ['GET /bucket?list-type=2&prefix=a', 'ListObjectsV2'],
    ['GET /bucket?location', 'GetBucketLocation'],
    ['PUT /bucket?publicAccessBlock=', 'PutBucketPublicAccessBlock'],
    ['POST /bucket?delete', 'DeleteObjects'],
    ['GET /bucket/a/b?x-id=GetObject', 'GetObject'],
    ['HEAD /bucket/key', 'HeadObject'],
    ['PUT /bucket/key?x-id=PutObject', 'PutObject'],
    ['PUT /bucket/key?partNumber=1&uploadId=x', 'UploadPart'],
    ['POST /bucket/key?uploads', 'CreateMultipartUpload'],
    ['GET /bucket/key?tagging', 'GetObjectTagging'],
    ['DELETE /bucket/key', 'DeleteObject'],
    ['PATCH /bucket/key', 'Unknown'],
  ];
  for (const [request, operation] of cases) {
    assert.equal(operationOf('s3', head(request), Buffer.alloc(0)), operation, request);
  }
  const copy = head('PUT /bucket/key', { 'x-amz-copy-source': 'a/b' });
  assert.equal(operationOf('s3', copy, Buffer.alloc(0)), 'CopyObject');
});

test('each service speaks its protocol', () => {
  const form = head('POST /', { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' });
  const json = head('POST /', { 'x-amz-target': 'AmazonSSM.GetParameter' });
  assert.equal(protocolOf('ec2', form), 'ec2');
  assert.equal(protocolOf('sts', form), 'query');
  assert.equal(protocolOf('autoscaling', form), 'query');
  assert.equal(protocolOf('ssm', json), 'json');
  assert.equal(protocolOf('monitoring', form), 'query');
  assert.equal(operationOf('json', json, Buffer.alloc(0)), 'GetParameter');
  assert.equal(operationOf('ec2', form, Buffer.from('Action=RunInstances')), 'RunInstances');
  assert.equal(
    operationOf('query', head('GET /?Action=GetCallerIdentity'), Buffer.alloc(0)),
    'GetCallerIdentity',
  );
});

test('what a caller calls an operation can not break the log', () => {
  const body = Buffer.from(`Action=${encodeURIComponent('Run\n\u001b[2Jfake ec2:line')}`);
  assert.equal(operationOf('ec2', head('POST /'), body), 'Run2Jfakeec2line');
  assert.equal(operationOf('ec2', head('POST /'), Buffer.alloc(0)), 'Unknown');
});
