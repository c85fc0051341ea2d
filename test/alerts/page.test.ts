import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { readAlert } from '../../src/alerts/read-alert.ts';
import { reportOf } from '../../src/alerts/report.ts';
import { summarize } from '../../src/alerts/summarize.ts';
import { Tally } from '../../src/alerts/tally.ts';
import { alertLines } from '../../src/report/alerts/lines.ts';
import { alertPage } from '../../src/report/alerts/page.ts';
import { PLAIN } from '../../src/report/screen.ts';
import { loadAssets } from '../../src/world/assets.ts';
import { nastyText } from '../support/nasty.ts';
import { alertLine } from './support.ts';

const assets = await loadAssets();
const PERIOD = { from: 0, to: 2_000_000_000, previousFrom: undefined };

function reported(text: string) {
  const tally = new Tally(PERIOD);
  for (let n = 0; n < 4; n++) {
    for (const rule of [550, 5720]) {
      const file = rule === 550 ? { file: text } : {};
      const line = alertLine({ rule, description: text, log: text, host: `${n}${text}`, ...file });
      const alert = readAlert(line);
      if (alert) tally.add(alert, 'f');
    }
  }
  const summary = summarize(tally.result(), { period: PERIOD, hostCount: 4, happenings: [] });
  return reportOf(summary, {
    title: text,
    hostCount: 4,
    problems: new Map([['i-1', text]]),
    roles: new Map(),
    watched: [],
    tamperings: [{ name: 'x', rules: [550], path: text, isInWindow: false }],
  });
}

const hostile = fc
  .array(
    fc.oneof(
      nastyText,
      fc.constantFrom(
        '<script>',
        '</title>',
        '"',
        "'",
        '<a href="https://example.com">',
        '</pre>',
        '&#60;',
        '\0',
      ),
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((parts) => parts.join(''));

/** The page without its texts: what an innocent text gives. */
function skeleton(page: string): string[] {
  return [...page.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/ title="[^"]*"/, ''));
}

test('whatever a log line says, no tag, link or escape of it is in the page or on the terminal', () => {
  const tags = new Set(skeleton(alertPage(reported('/usr/bin/x'), assets)));
  fc.assert(
    fc.property(hostile, (text) => {
      const report = reported(text);
      for (const tag of skeleton(alertPage(report, assets))) assert.ok(tags.has(tag), tag);
      for (const screen of [PLAIN, { columns: 80, colours: false }])
        for (const line of alertLines(report, screen)) assert.doesNotMatch(line, /[\p{Cc}\u202e\u2028]/u);
      for (const line of alertLines(report, { columns: 80, colours: true }))
        assert.doesNotMatch(stripVTControlCharacters(line), /[\p{Cc}\u202e\u2028]/u);
    }),
    { numRuns: 150 },
  );
});

test('a text that is written from right to left moves nothing beside it', () => {
  const page = alertPage(reported('/MARK'), assets);
  const [, body = ''] = page.split('<body>');
  assert.match(body, /MARK/);
  assert.doesNotMatch(body.replaceAll(/<bdi>[^<]*<\/bdi>/g, ''), /MARK/);
});

test('without an alert both say so, and what is not known', () => {
  const summary = summarize(new Tally(PERIOD).result(), { period: PERIOD, hostCount: 2, happenings: [] });
  const report = reportOf(summary, {
    ...{ title: 'alerts of web-1', hostCount: 2, problems: new Map([['i-1', 'not online']]) },
    ...{ roles: new Map(), watched: [], tamperings: [] },
  });
  assert.deepEqual(alertLines(report), ['alerts of web-1: no alerts', '', 'Not known', '  i-1: not online']);
  assert.match(alertPage(report, assets), /no alerts(?:.|\n)*<h2>Not known<\/h2>(?:.|\n)*not online/);
});

test('the page needs nothing else', () => {
  const page = alertPage(reported('x'), assets);
  assert.doesNotMatch(page, /<(?:script|link|img|iframe|a)\b|src=|href=|url\(/);
  assert.match(page, /Content-Security-Policy" content="default-src 'none'/);
});
