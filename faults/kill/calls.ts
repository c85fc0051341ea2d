/** The calls of a command as trials: `ec2:RunInstances#1 after`. Pure. */

export type Moment = 'before' | 'after';

export interface Point {
  readonly action: string;
  /** How many calls of this action came before it in the run. */
  readonly skip: number;
  readonly moment: Moment;
}

/** What changes nothing is the same before and after its effect: one trial. */
const READS = /:(?:Describe|Get|List|Head)/;

export function changes({ action }: Pick<Point, 'action'>): boolean {
  return !READS.test(action);
}

/** `calls`: `service:Action` of each, in their order. */
export function pointsOf(calls: readonly string[]): Point[] {
  const seen = new Map<string, number>();
  return calls.flatMap((action) => {
    const skip = seen.get(action) ?? 0;
    seen.set(action, skip + 1);
    const moments: readonly Moment[] = changes({ action }) ? ['before', 'after'] : ['before'];
    return moments.map((moment) => ({ action, skip, moment }));
  });
}

export function nameOf({ action, skip, moment }: Point): string {
  return `${action}#${skip + 1} ${moment}`;
}

/** @throws for what {@link nameOf} doesn't make */
export function readPoint(name: string): Point {
  const [, action, number, moment] = /^([\w-]+:\w+)#(\d+) (before|after)$/.exec(name) ?? [];
  if (action === undefined) throw new Error(`${name} is no call`);
  return { action, skip: Number(number) - 1, moment: moment === 'after' ? 'after' : 'before' };
}
