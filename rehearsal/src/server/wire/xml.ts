/** XML as the query services speak it: lists are `item` or `member` elements, everything else is text. */

import { XMLBuilder, XMLParser } from 'fast-xml-parser';

/** What an answer is made of. Undefined leaves the element out; a list becomes one element for each. */
export type XmlValue = string | number | boolean | Date | undefined | readonly XmlValue[] | XmlElement;
export interface XmlElement {
  readonly [name: string]: XmlValue;
}

/** A parsed document: text, elements by name, or several elements of one name. */
export type XmlNode = string | readonly XmlNode[] | { readonly [name: string]: XmlNode } | undefined;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // A parser would turn a bare carriage return into a line feed.
  '\r': '&#xD;',
};

/** Escapes text, and replaces what no XML document can carry. */
function escapeText(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that XML forbids
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replace(/[&<>"\r]/g, (character) => ESCAPES[character] ?? character)
  );
}

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  suppressEmptyNode: true,
  processEntities: false,
  tagValueProcessor: (_name, value) => escapeText(String(value)),
});

const parser = new XMLParser({ parseTagValue: false, trimValues: false, htmlEntities: true });

type Built = string | Built[] | { [name: string]: Built };

/** EC2's lists have `item` elements, the other query services' have `member` ones. */
export type ListElement = 'item' | 'member';

function build(value: Exclude<XmlValue, undefined>, list: ListElement): Built {
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object') return String(value);
  if (isList(value)) {
    return { [list]: value.filter((item) => item !== undefined).map((item) => build(item, list)) };
  }
  const element: { [name: string]: Built } = {};
  for (const [name, child] of Object.entries(value)) {
    if (child !== undefined) element[name] = build(child, list);
  }
  return element;
}

function isList(value: readonly XmlValue[] | XmlElement): value is readonly XmlValue[] {
  return Array.isArray(value);
}

/** Encodes a document. Dates are written in ISO 8601 with milliseconds, in UTC. */
export function encodeXml(
  root: string,
  namespace: string | undefined,
  content: XmlElement,
  list: ListElement = 'item',
): string {
  const built = build(content, list);
  const attributes = namespace === undefined ? {} : { '@xmlns': namespace };
  const element = typeof built === 'object' && !Array.isArray(built) ? built : {};
  return builder.build({
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    [root]: { ...attributes, ...element },
  });
}

/** Parses a document; values stay text. */
export function parseXml(text: string): XmlNode {
  const parsed: XmlNode = parser.parse(text);
  return parsed;
}

/** The node below `path`, one name a level. */
export function nodeAt(node: XmlNode, ...path: readonly string[]): XmlNode {
  let found = node;
  for (const name of path) {
    if (typeof found !== 'object' || isNodes(found)) return undefined;
    found = found[name];
  }
  return found;
}

/** The text at `path`; undefined where there is none. */
export function textAt(node: XmlNode, ...path: readonly string[]): string | undefined {
  const found = nodeAt(node, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** The `item` elements of the list at `path`. */
export function itemsAt(node: XmlNode, ...path: readonly string[]): readonly XmlNode[] {
  return nodesAt(node, ...path, 'item');
}

/** The elements at `path`, however many there are. */
export function nodesAt(node: XmlNode, ...path: readonly string[]): readonly XmlNode[] {
  const nodes = nodeAt(node, ...path);
  if (nodes === undefined) return [];
  return isNodes(nodes) ? nodes : [nodes];
}

/** What an EC2 answer said, to be said again; the id of the request is left out. */
export function toElement(node: XmlNode): XmlElement {
  if (typeof node !== 'object' || isNodes(node)) return {};
  const entries = Object.entries(node).filter(([name]) => name !== 'requestId');
  return Object.fromEntries(entries.map(([name, child]) => [name, toValue(child)]));
}

function toValue(node: XmlNode): XmlValue {
  if (typeof node !== 'object') return node;
  if (isNodes(node)) return node.map(toValue);
  return 'item' in node ? itemsAt(node).map(toValue) : toElement(node);
}

function isNodes(node: XmlNode): node is readonly XmlNode[] {
  return Array.isArray(node);
}
