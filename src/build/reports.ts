/** Where the reports of a fleet's images are kept. */

import { join } from 'node:path';
import type { Fleet } from '../fleet/model.ts';
import { openReportStore, type ReportStore } from '../world/report-store.ts';
import type { ObjectStore } from '../world/s3.ts';

/** `.bake/images` beside the fleet file, and the place in S3 that the fleet file names. */
export function openReports(
  fleetFolder: string,
  { fleet, objects }: { readonly fleet: Fleet; readonly objects: ObjectStore },
): ReportStore {
  return openReportStore({
    folder: join(fleetFolder, '.bake', 'images'),
    shared: fleet.images.reports,
    objects,
  });
}
