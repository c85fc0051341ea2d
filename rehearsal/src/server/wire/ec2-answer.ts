/** EC2's envelope around an answer. */

import { randomUUID } from 'node:crypto';
import type { Answer } from '../http.ts';
import { encodeXml, type XmlElement } from './xml.ts';

const NAMESPACE = 'http://ec2.amazonaws.com/doc/2016-11-15/';

export function encodeEc2(action: string, content: XmlElement): Answer {
  const requestId = randomUUID();
  return {
    status: 200,
    headers: { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId },
    body: encodeXml(`${action}Response`, NAMESPACE, { requestId, ...content }),
  };
}
