/** Who may launch an image, or make a volume from a snapshot. */

import { AwsError } from '../aws-error.ts';
import type { LaunchPermission } from '../state/model.ts';
import type { Params } from '../wire/params.ts';
import type { XmlElement } from '../wire/xml.ts';

/** How a kind is called as a member of a permission, and in the short way: `UserGroup.1=all`. */
const NAMES: readonly (readonly [member: string, list: string, kind: LaunchPermission['kind']])[] = [
  ['Group', 'UserGroup', 'group'],
  ['UserId', 'UserId', 'userId'],
  ['OrganizationArn', 'OrganizationArn', 'organizationArn'],
  ['OrganizationalUnitArn', 'OrganizationalUnitArn', 'organizationalUnitArn'],
];

/**
 * The permissions after a request's changes to `name` (LaunchPermission or CreateVolumePermission);
 * undefined where it asks for none.
 */
export function changePermissions(
  permissions: readonly LaunchPermission[],
  params: Params,
  name: string,
): readonly LaunchPermission[] | undefined {
  const listed = NAMES.flatMap(([, list, kind]) =>
    params.list(list).map((value) => checked({ kind, value })),
  );
  const removes = params.text('OperationType') === 'remove';
  const added = [...readMembers(params, `${name}.Add`), ...(removes ? [] : listed)];
  const removed = [...readMembers(params, `${name}.Remove`), ...(removes ? listed : [])];
  if (added.length + removed.length === 0) return undefined;
  return [...permissions, ...added].filter(
    (permission, index, all) =>
      !removed.some((other) => same(other, permission)) &&
      all.findIndex((other) => same(other, permission)) === index,
  );
}

function same(a: LaunchPermission, b: LaunchPermission): boolean {
  return a.kind === b.kind && a.value === b.value;
}

function readMembers(params: Params, name: string): readonly LaunchPermission[] {
  return params.structures(name).flatMap((entry) =>
    NAMES.flatMap(([member, , kind]) => {
      const value = entry.text(member);
      return value === undefined ? [] : [checked({ kind, value })];
    }),
  );
}

function checked(permission: LaunchPermission): LaunchPermission {
  const { kind, value } = permission;
  const wrong = (kind === 'group' && value !== 'all') || (kind === 'userId' && !/^\d{12}$/.test(value));
  if (!wrong) return permission;
  throw new AwsError('InvalidAMIAttributeItemValue', `Invalid attribute item value "${value}"`);
}

export function encodePermissions(permissions: readonly LaunchPermission[]): readonly XmlElement[] {
  return permissions.map(({ kind, value }) => ({ [kind]: value }));
}
