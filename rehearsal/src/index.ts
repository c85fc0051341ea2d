/**
 * An AWS on this machine. `up` prepares the machine and starts it, `prepare` makes an image ready to be
 * launched, `openSandbox` gives machines without the AWS, `status` and `down` say what they do. One rehearsal
 * has one state folder; with another folder it is another rehearsal, which shares nothing with it.
 */

export { childEnvironment } from './environment.ts';
export { down, prepare, type Status, status, up } from './lifecycle.ts';
export {
  type Cache,
  type KeptMachine,
  type Progress,
  type Rehearsal,
  RehearsalError,
  type Sandbox,
  type SandboxMachine,
  type SourceImage,
  type SystemInstall,
  type UpOptions,
} from './model.ts';
export { provesItself } from './proof.ts';
export { openSandbox } from './sandbox.ts';
export { probe } from './setup/probe.ts';
export { sourceImages } from './setup/source-images.ts';
export { standIn } from './stand-in.ts';
