/** Mustache with the quoting of the language that a template is written in, and `<% %>` as its tags. */

import Mustache from 'mustache';
import { type Assets, asset } from './assets.ts';

/**
 * Renders `templates/NAME.mustache`. `<% name %>` is quoted by `quote`; `<%& name %>` is not, for numbers,
 * booleans and what the caller built itself; `<%> name %>` is another template. The tags differ from
 * mustache's own because Packer's templates use those.
 */
export function renderTemplate(
  name: string,
  view: Readonly<Record<string, unknown>>,
  quote: (value: string) => string,
  assets: Assets,
): string {
  const read = (template: string) => asset(assets, `templates/${template}.mustache`);
  return Mustache.render(read(name), view, read, {
    tags: ['<%', '%>'],
    escape: (value) => quote(String(value)),
  });
}
