/** A refusal in the wire format of the service that was called. */

import { randomUUID } from 'node:crypto';
import type { AwsError } from '../aws-error.ts';
import type { Answer } from '../http.ts';
import type { Protocol } from './protocol.ts';
import { encodeXml } from './xml.ts';

export function encodeError(protocol: Protocol, error: AwsError): Answer {
  const requestId = randomUUID();
  const content = { Code: error.code, Message: error.message };
  switch (protocol) {
    case 'ec2':
      return xml(
        error,
        requestId,
        encodeXml('Response', undefined, { Errors: { Error: content }, RequestID: requestId }),
      );
    case 's3':
      return xml(error, requestId, encodeXml('Error', undefined, { ...content, RequestId: requestId }));
    case 'query': {
      const type = error.status >= 500 ? 'Receiver' : 'Sender';
      return xml(
        error,
        requestId,
        encodeXml('ErrorResponse', undefined, { Error: { Type: type, ...content }, RequestId: requestId }),
      );
    }
    case 'json':
      return {
        status: error.status,
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amzn-errortype': error.code,
          'x-amzn-requestid': requestId,
        },
        body: JSON.stringify({ __type: error.code, message: error.message }),
      };
  }
}

function xml(error: AwsError, requestId: string, body: string): Answer {
  const headers = { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId };
  return { status: error.status, headers, body };
}
