/** Where alerts go, for people: a hook by its name and by where its URL comes from, never by the URL. Pure. */

import type { HookUrl } from '../fleet/model.ts';
import type { NamedHook } from '../ossec/config.ts';
import { quoteTerminal } from './terminal-text.ts';

export function hookLine({ name, format, url }: NamedHook): string {
  return quoteTerminal(`${name}: ${format}, its URL is ${whereFrom(url)}`);
}

function whereFrom(url: HookUrl): string {
  switch (url.kind) {
    case 'ssm-parameter':
      return `in the SSM parameter ${url.name}`;
    case 'secrets-manager':
      return `in the secret ${url.name}`;
    case 'in-image':
      return `baked in from ${url.environmentVariable}`;
  }
}
