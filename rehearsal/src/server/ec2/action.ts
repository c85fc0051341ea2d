/** What an action of EC2 gets, and what it gives back. */

import type { Templates } from '../autoscaling/templates.ts';
import type { Faults } from '../faults.ts';
import type { ImageLife } from '../life/image-life.ts';
import type { InstanceLife } from '../life/instance-life.ts';
import type { MotoClient } from '../moto-client.ts';
import type { Commands } from '../ssm/commands.ts';
import type { State } from '../state/model.ts';
import type { Params } from '../wire/params.ts';
import type { XmlElement } from '../wire/xml.ts';

/** All but the groups, which stand on it. */
export interface World {
  readonly accountId: string;
  readonly state: State;
  readonly instanceLife: InstanceLife;
  readonly imageLife: ImageLife;
  readonly moto: MotoClient;
  readonly faults: Faults;
  readonly now: () => Date;
  /** Ids of the instances that were launched with a client token, by region and token. */
  readonly launches: Map<string, Promise<readonly string[]>>;
  readonly templates: Templates;
  readonly commands: Commands;
}

export interface Ec2Call {
  readonly region: string;
  readonly params: Params;
}

/** Answers a call with the content of its XML envelope. @throws AwsError */
export type Ec2Action = (world: World, call: Ec2Call) => XmlElement | Promise<XmlElement>;

/** What calls answer that have nothing to say. */
export const DONE: XmlElement = { return: true };
