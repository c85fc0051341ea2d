/** All rows, in the order of the table. */

import type { Row } from './model.ts';
import { alerts } from './rows/alerts.ts';
import { firstCall } from './rows/first-call.ts';
import { fourRoles } from './rows/four-roles.ts';
import { makespan } from './rows/makespan.ts';
import { oneOfTwelve } from './rows/one-of-twelve.ts';
import { overhead } from './rows/overhead.ts';
import { render } from './rows/render.ts';
import { rollout } from './rows/rollout.ts';
import { size } from './rows/size.ts';
import { unchanged } from './rows/unchanged.ts';
import { version } from './rows/version.ts';
import { waits } from './rows/waits.ts';

export const rows: readonly Row[] = [
  overhead,
  fourRoles,
  oneOfTwelve,
  unchanged,
  makespan,
  render,
  version,
  firstCall,
  waits,
  rollout,
  alerts,
  size,
];
