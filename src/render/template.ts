/** Mustache with the quoting of the language that a template is written in, and `<% %>` as its tags. */

import Mustache from 'mustache';

/**
 * Renders `template`. `<% name %>` is quoted by `quote`; `<%& name %>` is not, for numbers, booleans and
 * what the caller built itself. The tags differ from mustache's own because Packer's templates use those.
 */
export function renderTemplate(
  template: string,
  view: Readonly<Record<string, unknown>>,
  quote: (value: string) => string,
): string {
  return Mustache.render(template, view, {}, { tags: ['<%', '%>'], escape: (value) => quote(String(value)) });
}
