/** Reads the XML of OSSEC's rule files: a library does it, and `xml-dialect.ts` is in between. Pure. */

import { SaxesParser } from 'saxes';
import type { Range } from '../fleet/finding.ts';
import { restore, type StandIns, standIn, unusedCharacters } from './xml-dialect.ts';
import type { XmlAttribute, XmlElement, XmlProblem } from './xml-model.ts';

/** The root elements in their order, or the first thing that is wrong: what follows is mostly its consequence. */
export type XmlReading = { readonly elements: readonly XmlElement[] } | { readonly wrong: XmlProblem };

/** OSSEC's XML_MAXSIZE: a text of so many bytes ends its reading. */
export const LONGEST_TEXT = 8192;

/** Offsets are UTF-16 units of `source`. */
export function readXml(source: string): XmlReading {
  const standIns = unusedCharacters(source);
  const { plain, wrong } = standIn(source, standIns);
  if (wrong !== undefined) return { wrong };
  try {
    return { elements: new Reader(plain, standIns).read() };
  } catch (error) {
    if (error instanceof Refused) return { wrong: error.wrong };
    throw error;
  }
}

/** Ends the reading at the first problem; caught by {@link readXml}. */
class Refused extends Error {
  readonly wrong: XmlProblem;
  constructor(range: Range, problem: string, remedy: string) {
    super(problem);
    this.wrong = { range, problem, remedy };
  }
}

interface Open {
  readonly name: string;
  range: Range;
  readonly attributes: XmlAttribute[];
  text: string;
  readonly children: XmlElement[];
}

class Reader {
  readonly #plain: string;
  readonly #standIns: StandIns;
  readonly #parser = new SaxesParser({ fragment: true });
  readonly #roots: XmlElement[] = [];
  readonly #open: Open[] = [];
  /** Where the last attribute or the tag's name ended. */
  #mark = 0;

  constructor(plain: string, standIns: StandIns) {
    this.#plain = plain;
    this.#standIns = standIns;
    this.#parser.on('opentagstart', (tag) => this.#begin(tag));
    this.#parser.on('attribute', (attribute) => this.#attribute(attribute));
    this.#parser.on('opentag', () => this.#inside());
    this.#parser.on('text', (text) => this.#text(text));
    this.#parser.on('closetag', (tag) => this.#end(tag));
    this.#parser.on('error', (error) => this.#refuse(error));
  }

  read(): XmlElement[] {
    this.#parser.write(this.#plain).close();
    return this.#roots;
  }

  #begin({ name }: { readonly name: string }): void {
    const start = this.#plain.lastIndexOf('<', this.#parser.position - 1);
    this.#mark = start + 1 + name.length;
    this.#open.push({ name, range: [start, this.#mark], attributes: [], text: '', children: [] });
  }

  #attribute({ name, value }: { readonly name: string; readonly value: string }): void {
    const end = this.#parser.position;
    const start = this.#plain.indexOf(name, this.#mark);
    this.#mark = end;
    const range: Range = [start, end];
    if (/^\s/.test(this.#plain.slice(start + name.length, end)))
      throw new Refused(range, 'OSSEC reads no blank before the = of an attribute', `Write ${name}="…"`);
    if (value.includes('>'))
      throw new Refused(range, 'OSSEC takes this > for the end of the tag', 'Leave it out of the attribute');
    this.#open.at(-1)?.attributes.push({ name, value: restore(value, this.#standIns), range });
  }

  #inside(): void {
    const element = this.#open.at(-1);
    if (element !== undefined) element.range = [element.range[0], this.#parser.position];
  }

  #text(text: string): void {
    const element = this.#open.at(-1);
    if (element === undefined) return;
    const restored = restore(text, this.#standIns);
    if (Buffer.byteLength(restored) >= LONGEST_TEXT) {
      const problem = `OSSEC reads no text of ${LONGEST_TEXT} bytes or more`;
      throw new Refused(element.range, problem, 'Make it shorter, or several elements of it');
    }
    element.text += restored;
  }

  #end({ name, isSelfClosing }: { readonly name: string; readonly isSelfClosing: boolean }): void {
    const element = this.#open.pop();
    if (element === undefined) return;
    const end = isSelfClosing ? element.range[1] : this.#endTag(name);
    (this.#open.at(-1)?.children ?? this.#roots).push({ ...element, inside: [element.range[1], end] });
  }

  /** Where it begins. The library takes any end tag for that of the innermost element, and says so later. */
  #endTag(name: string): number {
    const { position } = this.#parser;
    const start = this.#plain.lastIndexOf('</', position - 1);
    const written = this.#plain.slice(start + 2, position - 1);
    if (written === name) return start;
    if (written.trim() === name)
      throw new Refused([start, position], 'OSSEC reads no blank in an end tag', `Write </${name}>`);
    const problem = `</${written}> stands where <${name}> is open`;
    throw new Refused([start, position], problem, `Close it first: </${name}>`);
  }

  #refuse(error: Error): never {
    const { position } = this.#parser;
    const innermost = this.#open.at(-1);
    if (/: unclosed tag/.test(error.message) && innermost !== undefined)
      throw new Refused(innermost.range, `<${innermost.name}> is never closed`, `Add </${innermost.name}>`);
    if (/: unmatched closing tag/.test(error.message)) {
      const start = this.#plain.lastIndexOf('</', position - 1);
      throw new Refused([start, position], 'this closes nothing that is open', 'Remove it');
    }
    const said = error.message.replace(/^\d+:\d+: /, '').replace(/\.$/, '');
    const remedy = 'Write the file as XML. A < is written \\<, in <pcre2> and <regex>';
    throw new Refused([Math.max(0, position - 1), position], `this is not well-formed: ${said}`, remedy);
  }
}
