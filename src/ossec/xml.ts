/** The XML that OSSEC reads, made by a library. Pure. */

import { XMLBuilder } from 'fast-xml-parser';

/** An element: its name, its attributes where it has any, and its text or elements, in order. */
export interface Element {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly content: string | readonly Element[];
}

export function element(
  name: string,
  content: string | number | readonly Element[],
  attributes?: Readonly<Record<string, string>>,
): Element {
  return {
    name,
    content: typeof content === 'number' ? String(content) : content,
    ...(attributes === undefined ? {} : { attributes }),
  };
}

/** OSSEC's word for a switch. */
export function yesNo(value: boolean): 'yes' | 'no' {
  return value ? 'yes' : 'no';
}

/**
 * A document of `root`, after a comment. OSSEC's reader decodes no entity: a value that XML must escape
 * would be well-formed and never match, so the checks of the fleet file let none of them come this far.
 * @throws Error for such a value: a bug of ours.
 */
export function renderXml(comment: string, root: Element): string {
  return `<!-- ${comment} -->${builder.build([node(root)])}\n`;
}

const builder = new XMLBuilder({
  preserveOrder: true,
  format: true,
  indentBy: '  ',
  ignoreAttributes: false,
  attributeNamePrefix: '',
});

const ATTRIBUTES = ':@';
const TEXT = '#text';

function node({ name, attributes, content }: Element): Record<string, unknown> {
  return {
    [name]: typeof content === 'string' ? [{ [TEXT]: literal(content) }] : content.map(node),
    ...(attributes === undefined
      ? {}
      : {
          [ATTRIBUTES]: Object.fromEntries(
            Object.entries(attributes).map(([key, value]) => [key, literal(value)]),
          ),
        }),
  };
}

function literal(text: string): string {
  if (/[&<>"'\\\p{Cc}]/u.test(text))
    throw new Error(`OSSEC would not read this as it is: ${JSON.stringify(text)}`);
  return text;
}
