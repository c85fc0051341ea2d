/** As much of moto as groups need: a subnet, a type, launch templates, alarms. */

import { AwsError } from '../../../rehearsal/src/server/aws-error.ts';
import type { CallName, MotoClient } from '../../../rehearsal/src/server/moto-client.ts';
import { encodeXml, parseXml, type XmlElement } from '../../../rehearsal/src/server/wire/xml.ts';
import type { AlarmState } from '../../../src/rollout/model.ts';

export const TEMPLATE = 'lt-0123456789abcdef0';

interface Version {
  readonly description: string;
  readonly imageId: string;
}

export class ImaginedMoto implements MotoClient {
  /** Of the one template there is; the first one is version 1. */
  readonly versions: Version[] = [];
  readonly alarms = new Map<string, AlarmState>();

  forward(): never {
    throw new Error('nothing is forwarded in these tests');
  }

  json(): never {
    throw new Error('no service of these tests takes JSON');
  }

  readObject(): never {
    throw new Error('there are no objects in these tests');
  }

  writeObject(): never {
    throw new Error('there are no objects in these tests');
  }

  async query({ operation }: CallName, params: Readonly<Record<string, string>>) {
    const list = operation === 'DescribeAlarms' ? 'member' : 'item';
    return parseXml(encodeXml(`${operation}Response`, undefined, this.answer(operation, params), list));
  }

  answer(operation: string, params: Readonly<Record<string, string>>): XmlElement {
    switch (operation) {
      case 'DescribeSubnets':
        return { subnetSet: [{ subnetId: 'subnet-1', vpcId: 'vpc-1', availabilityZone: 'eu-west-1a' }] };
      case 'DescribeSecurityGroups':
        return { securityGroupInfo: [{ groupId: 'sg-1', groupName: 'default', vpcId: 'vpc-1' }] };
      case 'DescribeInstanceTypes':
        return {
          instanceTypeSet: [
            { instanceType: 't3.micro', processorInfo: { supportedArchitectures: ['x86_64'] } },
          ],
        };
      case 'CreateLaunchTemplate':
        this.#add(params);
        return { launchTemplate: { launchTemplateId: TEMPLATE, launchTemplateName: 'web' } };
      case 'CreateLaunchTemplateVersion':
        return { launchTemplateVersion: this.#described(this.#add(params)) };
      case 'DescribeLaunchTemplateVersions':
        return { launchTemplateVersionSet: this.versions.map((_, index) => this.#described(index + 1)) };
      case 'DescribeAlarms':
        return { DescribeAlarmsResult: { MetricAlarms: this.#alarms() } };
      default:
        throw new AwsError('UnsupportedOperation', `${operation} is not imagined`);
    }
  }

  #add(params: Readonly<Record<string, string>>): number {
    return this.versions.push({
      description: params.VersionDescription ?? '',
      imageId: params['LaunchTemplateData.ImageId'] ?? '',
    });
  }

  #described(number: number): XmlElement {
    const { description, imageId } = this.versions[number - 1] ?? { description: '', imageId: '' };
    return {
      launchTemplateId: TEMPLATE,
      versionNumber: number,
      defaultVersion: number === 1,
      versionDescription: description,
      launchTemplateData: { imageId, instanceType: 't3.micro' },
    };
  }

  #alarms(): XmlElement[] {
    return [...this.alarms].map(([AlarmName, StateValue]) => ({ AlarmName, StateValue }));
  }
}
