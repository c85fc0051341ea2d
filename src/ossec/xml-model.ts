/** What is read of OSSEC's XML, and what can be wrong with it. */

import type { Range } from '../fleet/finding.ts';

export interface XmlAttribute {
  readonly name: string;
  readonly value: string;
  /** Name, `=` and quoted value. */
  readonly range: Range;
}

export interface XmlElement {
  readonly name: string;
  /** The start tag. */
  readonly range: Range;
  readonly attributes: readonly XmlAttribute[];
  /** What stands directly inside, as OSSEC gets it: without comments, entities and `\<` as they are. */
  readonly text: string;
  /** From the start tag's end to the end tag. */
  readonly inside: Range;
  readonly children: readonly XmlElement[];
}

/** Why OSSEC would not read a file. */
export interface XmlProblem {
  readonly range: Range;
  readonly problem: string;
  readonly remedy: string;
}
