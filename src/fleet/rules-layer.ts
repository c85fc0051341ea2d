/** Rules on the content of base and roles. Pure. */

import { isDeepStrictEqual } from 'node:util';
import { valueAt } from './document.ts';
import { type Finding, mistake, type Path, warning } from './finding.ts';
import { entriesAt, fieldsAt, layersOf, repeated, rolesOf, textsAt } from './tree.ts';

export const layerRules = [
  nothingTwice,
  portOnce,
  portOpenAnyway,
  userAsInBase,
  packageAsInBase,
  serviceOfBase,
  groupOfUserOnce,
];

/** Lists whose entries must differ, with how two entries are the same. */
const DISTINCT: readonly { list: string; field?: string; what: string; same: (text: string) => string }[] = [
  { list: 'packages', what: 'the package', same: packageOf },
  { list: 'services', what: 'the unit', same: unitOf },
  { list: 'writes', what: 'the folder', same: (text) => text },
  { list: 'users', field: 'name', what: 'the user', same: (text) => text },
  { list: 'files', field: 'path', what: 'the path', same: (text) => text },
  { list: 'steps', field: 'name', what: 'the step', same: (text) => text },
];

function nothingTwice(tree: unknown): Finding[] {
  return layersOf(tree).flatMap((layer) =>
    DISTINCT.flatMap(({ list, field, what, same }) => {
      const path = [...layer, list];
      const entries = field === undefined ? textsAt(tree, path) : fieldsAt(tree, path, field);
      return repeated(entries, same).map(({ path: at, value }) =>
        mistake(at, `${what} "${same(value)}" is listed twice`, 'Remove one of them'),
      );
    }),
  );
}

function groupOfUserOnce(tree: unknown): Finding[] {
  const users = layersOf(tree).flatMap((layer) => entriesAt(tree, [...layer, 'users']));
  return users.flatMap(({ path }) =>
    repeated(textsAt(tree, [...path, 'groups']), (text) => text).map(({ path: at, value }) =>
      mistake(at, `the group "${value}" is listed twice`, 'Remove one of them'),
    ),
  );
}

function portOnce(tree: unknown): Finding[] {
  return rolesOf(tree).flatMap((role) =>
    ['listens', 'opens'].flatMap((list) =>
      repeated(portsAt(tree, [...role, list]), (port) => port).map(({ path, value }) =>
        mistake(path, `the port ${value} is listed twice`, 'Remove one of them'),
      ),
    ),
  );
}

function portOpenAnyway(tree: unknown): Finding[] {
  return rolesOf(tree).flatMap((role) => {
    const listens = new Set(portsAt(tree, [...role, 'listens']).map(({ value }) => value));
    return portsAt(tree, [...role, 'opens'])
      .filter(({ value }) => listens.has(value))
      .map(({ path, value }) =>
        warning(path, `the port ${value} is in listens already`, 'Remove it here: it may always be open'),
      );
  });
}

function portsAt(tree: unknown, list: Path): { path: Path; value: string }[] {
  return entriesAt(tree, list).flatMap(({ path, value }) =>
    typeof value === 'number' || typeof value === 'string' ? [{ path, value: portOf(value) }] : [],
  );
}

/** A user is the same person on every server: a role may repeat what base says, but not say otherwise. */
function userAsInBase(tree: unknown): Finding[] {
  const ofBase = new Map(
    fieldsAt(tree, ['base', 'users'], 'name').map(({ path, value }) => [value, path.slice(0, -1)]),
  );
  return rolesOf(tree).flatMap((role) =>
    fieldsAt(tree, [...role, 'users'], 'name').flatMap(({ path, value }) => {
      const other = ofBase.get(value);
      if (other === undefined) return [];
      if (isDeepStrictEqual(valueAt(tree, other), valueAt(tree, path.slice(0, -1)))) return [];
      const remedy = 'Every server has the users of base: change it there, or choose another name';
      return [mistake(path, `base has a user "${value}" that differs from this one`, remedy)];
    }),
  );
}

function packageAsInBase(tree: unknown): Finding[] {
  const ofBase = new Map(textsAt(tree, ['base', 'packages']).map(({ value }) => [packageOf(value), value]));
  return rolesOf(tree).flatMap((role) =>
    textsAt(tree, [...role, 'packages']).flatMap(({ path, value }) => {
      const other = ofBase.get(packageOf(value));
      if (other === undefined) return [];
      if (value.includes('=') && other.includes('=') && value !== other) {
        return [mistake(path, `base has "${other}"`, 'An image has one version of a package: agree on one')];
      }
      return value.includes('=') ? [] : [repeatsBase(path, `the package "${value}"`)];
    }),
  );
}

function serviceOfBase(tree: unknown): Finding[] {
  const ofBase = new Set(textsAt(tree, ['base', 'services']).map(({ value }) => unitOf(value)));
  return rolesOf(tree).flatMap((role) =>
    textsAt(tree, [...role, 'services']).flatMap(({ path, value }) =>
      ofBase.has(unitOf(value)) ? [repeatsBase(path, `the unit "${value}"`)] : [],
    ),
  );
}

function repeatsBase(path: Path, what: string): Finding {
  return warning(path, `${what} is in base already`, 'Remove it here: a role has everything that base has');
}

function packageOf(text: string): string {
  return text.split('=')[0] ?? text;
}

function unitOf(text: string): string {
  return text.endsWith('.service') ? text.slice(0, -'.service'.length) : text;
}

/** `80` and `80/tcp` are the same port. */
function portOf(value: string | number): string {
  const [port, protocol = 'tcp'] = String(value).split('/');
  return `${Number(port)}/${protocol}`;
}
