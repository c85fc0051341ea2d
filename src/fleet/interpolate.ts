/** `${env:NAME}` in a text. Pure. */

import { nearest } from './nearest.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Interpolated {
  readonly text: string;
  readonly variables: readonly string[];
  readonly problems: readonly InterpolationProblem[];
}

export interface InterpolationProblem {
  /** As it stands in the text. */
  readonly part: string;
  readonly problem: string;
  readonly remedy: string;
}

const REFERENCE = /\$\$\{env:|\$\{env:([^}\n]*)(\}?)/g;
const ESCAPED = '$${env:';

/**
 * Replaces every `${env:NAME}` by the variable's value, which is taken as it is: nothing in it is
 * replaced again. `$${env:` stands for a literal `${env:`. A variable that is set but empty counts as set.
 */
export function interpolate(text: string, environment: Environment): Interpolated {
  const variables: string[] = [];
  const problems: InterpolationProblem[] = [];
  const replaced = text.replace(REFERENCE, (part: string, name: string, end: string) => {
    if (part === ESCAPED) return '${env:';
    const problem = problemOf(part, name, end, environment);
    if (problem !== undefined) {
      problems.push(problem);
      return part;
    }
    variables.push(name);
    return environment[name] ?? part;
  });
  return { text: replaced, variables, problems };
}

/** Does a text refer to the environment, or mean to? */
export function mentionsEnvironment(text: string): boolean {
  return text.includes('${env:');
}

function problemOf(
  part: string,
  name: string,
  end: string,
  environment: Environment,
): InterpolationProblem | undefined {
  if (end === '' || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return {
      part,
      problem: `"${part}" is no reference to an environment variable`,
      remedy: 'Write ${env:NAME} with letters, digits and _; for the literal text write $${env:',
    };
  }
  if (Object.hasOwn(environment, name) && environment[name] !== undefined) return undefined;
  const near = nearest(name, Object.keys(environment));
  return {
    part,
    problem: `the environment variable ${name} is not set`,
    remedy: near === undefined ? `Set it: export ${name}=…` : `Set it, or did you mean ${near}?`,
  };
}
