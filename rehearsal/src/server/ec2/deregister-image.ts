/** DeregisterImage. */

import { AwsError } from '../aws-error.ts';
import type { XmlElement } from '../wire/xml.ts';
import type { Ec2Call, World } from './action.ts';
import { ownImage } from './image-attributes.ts';
import { imagesWith } from './snapshots.ts';

/** Instances that were launched from the image go on; its snapshots stay unless the call says otherwise. */
export function deregisterImage(world: World, call: Ec2Call): XmlElement {
  const image = ownImage(world, call);
  if (image.deregistrationProtection !== 'disabled') {
    throw new AwsError(
      'OperationNotPermitted',
      `The image ${image.id} is protected from deregistration. Disable the protection and try again.`,
    );
  }
  const { images, snapshots } = world.state;
  images.delete(image.id);
  const results: XmlElement[] = [];
  if (call.params.flag('DeleteAssociatedSnapshots') === true) {
    for (const { snapshotId } of image.devices) {
      if (snapshotId === undefined) continue;
      const used = imagesWith(world.state, snapshotId).length > 0;
      if (!used) snapshots.delete(snapshotId);
      results.push({ snapshotId, returnCode: used ? 'skipped' : 'success' });
    }
  }
  world.imageLife.releaseDisks();
  return { return: true, deleteSnapshotResultSet: results.length > 0 ? results : undefined };
}
