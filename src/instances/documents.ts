/**
 * bake's own SSM documents. Who may send one may do what it does and no more: its parameters are few and typed, and
 * AWS-RunShellScript is not needed. Pure.
 */

import { type Assets, asset } from '../render/assets.ts';

export interface OwnDocument {
  readonly name: string;
  readonly content: string;
}

/** What looks at an instance: the same for every fleet. */
export const LOOK = 'bake-look';
/** The step whose output is the answer. */
export const LOOK_STEP = 'look';

/** Ends a script that travels in a shell script; no line of ours is this. */
const END = 'END-OF-WHAT-BAKE-BRINGS';

export function lookDocument(assets: Assets): OwnDocument {
  const script = asset(assets, 'documents/look/look.py');
  const runCommand = [
    '#!/bin/sh',
    "case '{{ What }}' in",
    '  state) set -- state ;;',
    "  alerts) set -- alerts '{{ Seconds }}' '{{ Bucket }}' ;;",
    "  grave) set -- grave '{{ Level }}' ;;",
    "  *) set -- '{{ What }}' '{{ Rule }}' '{{ Seconds }}' ;;",
    'esac',
    `exec nice -n 19 python3 -I -B - "$@" <<'${END}'`,
    ...linesOf(script),
    END,
  ];
  return document(LOOK, {
    description: "Reads what OSSEC is on this instance, and counts its alerts. Changes nothing. bake's own.",
    parameters: {
      What: { type: 'String', allowedValues: ['state', 'alerts', 'alert', 'details', 'grave'] },
      Seconds: { type: 'String', default: '86400', allowedPattern: '^[1-9][0-9]{0,7}$' },
      Bucket: { type: 'String', default: '300', allowedPattern: '^[1-9][0-9]{2,5}$' },
      Rule: { type: 'String', default: '0', allowedPattern: '^[0-9]{1,6}$' },
      Level: { type: 'String', default: '7', allowedPattern: '^([1-9]|1[0-6])$' },
    },
    mainSteps: [
      {
        action: 'aws:runShellScript',
        name: LOOK_STEP,
        inputs: { timeoutSeconds: '300', runCommand },
      },
    ],
  });
}

/** @throws Error where SSM would read a part of a script as a parameter: a bug of ours */
export function linesOf(script: string): string[] {
  if (script.includes('{{') || script.includes(END)) throw new Error('SSM would change this script');
  return script.trimEnd().split('\n');
}

export function document(name: string, parts: object): OwnDocument {
  return { name, content: JSON.stringify({ schemaVersion: '2.2', ...parts }) };
}
