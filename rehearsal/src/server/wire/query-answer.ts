/** The envelope of the query services' answers, EC2's excepted. */

import { randomUUID } from 'node:crypto';
import type { Answer } from '../http.ts';
import { encodeXml, type XmlElement } from './xml.ts';

/** `namespace`: of the service, as its answers name it. */
export function encodeQuery(namespace: string, action: string, content: XmlElement): Answer {
  const requestId = randomUUID();
  const result = Object.keys(content).length === 0 ? {} : { [`${action}Result`]: content };
  return {
    status: 200,
    headers: { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId },
    body: encodeXml(
      `${action}Response`,
      namespace,
      { ...result, ResponseMetadata: { RequestId: requestId } },
      'member',
    ),
  };
}
