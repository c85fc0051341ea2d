/** The end of a rehearsal that was started from other code than this. */

import { dockerClient, runningInstances } from '../machines/docker.ts';
import { type DockerEngine, RehearsalError } from '../model.ts';
import type { Place } from './place.ts';
import { type Report, reported } from './progress.ts';
import { endServerProcesses } from './server-process.ts';

/**
 * Ends its server. What its containers and images are, nobody knows then: the next start removes them.
 * @throws RehearsalError where instances run in it, which somebody may be using
 */
export async function endOutdated(place: Place, docker: DockerEngine, report: Report): Promise<void> {
  const instances = await runningInstances(dockerClient(docker), place.name);
  if (instances > 0) {
    throw new RehearsalError(
      'failed',
      `the rehearsal that runs was started by another version of bake, and ${instances} of its instances run`,
      {
        remedy: 'let the commands that use it end, or end it with all that it has:',
        commands: ['bake rehearse down'],
      },
    );
  }
  const detail = 'ending the one of another version of bake; images that were baked in it are gone';
  await reported(report, 'Rehearsal', detail, () => endServerProcesses(place));
}
