/** The storms of a rule, and what would declare them, for a terminal. Pure. */

import type { Proposal } from '../../alerts/propose.ts';
import type { Story } from '../../alerts/report.ts';
import { painterOf, wrapTo } from '../paint.ts';
import type { Screen } from '../screen.ts';
import { quoteTerminal } from '../terminal-text.ts';
import {
  causeWords,
  costWords,
  furtherStorms,
  proposalWords,
  shownSubjects,
  shownWords,
  stormWords,
} from './words.ts';

export function storyLines(story: Story, screen: Screen): string[] {
  const { rule, level, description, storm, subjects, proposals, refused } = story;
  const paint = painterOf(screen);
  const say = (text: string, further = 6) => wrapTo(quoteTerminal(text), screen, { first: 4, further });
  const more = furtherStorms(story);
  return [
    ...wrapTo(paint('strong', quoteTerminal(`rule ${rule}, level ${level}: ${description}`)), screen, {
      ...{ first: 2, further: 4 },
    }),
    ...say(`${stormWords(storm)}, ${causeWords(storm.because)}`),
    ...(more === '' ? [] : say(more)),
    ...say(`about ${shownWords(shownSubjects(subjects, 0))}`),
    ...(proposals.length > 0 ? say('to declare it, the narrowest first, one of') : []),
    ...proposals.flatMap((proposal) => proposalLines(proposal, story, screen)),
    ...refused.flatMap(({ value, why }) => say(`can't be declared: ${value}: ${why}`)),
  ];
}

/** The fleet file's lines are never broken: they are to be copied. */
function proposalLines(proposal: Proposal, story: Story, screen: Screen): string[] {
  const paint = painterOf(screen);
  const say = (text: string) => wrapTo(paint('soft', quoteTerminal(text)), screen, { first: 8, further: 10 });
  return [
    ...wrapTo(quoteTerminal(proposalWords(proposal, story)), screen, { first: 6, further: 8 }),
    ...proposal.lines.map((line) => `          ${quoteTerminal(line)}`),
    ...costWords(proposal).flatMap(say),
  ];
}
