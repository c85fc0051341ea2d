/** Imagined groups for tests, and how a simulation reads in a few words. */

import type { Configuration, LaunchTemplateRef } from '../../src/rollout/model.ts';
import {
  type Imagined,
  type Launch,
  type Simulation,
  simulate,
  type TimedEvent,
} from '../../src/rollout/predict/simulate.ts';
import type { Preferences } from '../../src/rollout/preferences.ts';
import { idle } from '../../src/rollout/refresh/advance.ts';
import type { Action, Event, Member, State } from '../../src/rollout/refresh/state.ts';

export function template(version: string): LaunchTemplateRef {
  return { id: 'lt-0123456789abcdef0', name: 'web', version };
}

export function configuration(version: string): Configuration {
  return { launchTemplate: template(version), mixed: undefined };
}

/** The version that groups begin with, and the one that they are refreshed to. */
export const OLD = configuration('1');
export const NEW = configuration('2');

/** Everything off, and no waiting: cases say what they are about. */
export const PLAIN: Preferences = {
  minimumHealthyPercent: 90,
  maximumHealthyPercent: undefined,
  warmupSeconds: 0,
  checkpointPercents: [],
  checkpointDelaySeconds: 3600,
  skipMatching: false,
  autoRollback: false,
  scaleInProtected: 'Wait',
  standby: 'Wait',
  alarms: [],
  bakeSeconds: 0,
};

/** An old instance, in service since long: `a`, `b`, … */
export function member(index: number, changes: Partial<Member> = {}): Member {
  return {
    id: letter(index),
    sequence: index,
    state: 'InService',
    health: 'Healthy',
    scaleInProtected: false,
    instanceType: 't3.micro',
    launchTemplate: template('1'),
    warmAtSeconds: 0,
    ...changes,
  };
}

function letter(index: number): string {
  return index < 26 ? String.fromCharCode(97 + index) : `old-${index}`;
}

export function group(size: number, changes: Partial<State> = {}): State {
  const members = Array.from({ length: size }, (_, index) => member(index));
  return {
    ...idle({
      desiredCapacity: size,
      configuration: OLD,
      warmupSeconds: 0,
      newInstancesProtected: false,
      imageIsParameter: false,
      members: changes.members ?? members,
    }),
    ...changes,
  };
}

export interface Scene {
  readonly group: State;
  readonly preferences?: Partial<Preferences>;
  /** Undefined: {@link NEW}. */
  readonly desired?: Configuration | 'none';
  readonly launch?: (sequence: number) => Launch;
  readonly terminateSeconds?: number;
  readonly events?: readonly TimedEvent[];
}

/** A refresh from second 0 on; a launch takes 60 seconds and a termination none, unless told. Ends ten minutes after it. */
export function play({ group: state, preferences, desired, events = [], ...rest }: Scene): Simulation {
  const started: Event = {
    kind: 'start',
    id: 'refresh',
    desired: desired === 'none' ? undefined : (desired ?? NEW),
    preferences: { ...PLAIN, ...preferences },
  };
  const imagined: Imagined = {
    launch: rest.launch ?? (() => ({ seconds: 60 })),
    terminateSeconds: rest.terminateSeconds ?? 0,
    lingerSeconds: 600,
    events: [{ atSeconds: 0, event: started }, ...events],
  };
  return simulate(state, imagined);
}

/** One line a moment: `60 terminate b, launch new-4`, and `launch new-4 of 1` from the old version. */
export function told({ moments }: Simulation): string[] {
  return moments.flatMap(({ atSeconds, actions }) =>
    actions.length === 0 ? [] : [`${atSeconds} ${actions.map(words).join(', ')}`],
  );
}

function words(action: Action): string {
  switch (action.kind) {
    case 'launch':
      return `launch ${action.instance}${ofVersion(action.configuration)}`;
    case 'terminate':
      return `terminate ${action.instance}${action.cause === 'refresh' ? '' : ` (${action.cause})`}`;
    case 'status':
      return action.status;
    case 'checkpoint':
      return `checkpoint ${action.percent} until ${action.untilSeconds}`;
    case 'save':
      return `save ${action.configuration.launchTemplate.version}`;
  }
}

function ofVersion({ launchTemplate: { version } }: Configuration): string {
  return version === NEW.launchTemplate.version ? '' : ` of ${version}`;
}
