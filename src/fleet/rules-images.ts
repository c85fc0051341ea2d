/** Rules on what becomes of finished images. Pure. */

import { valueAt } from './document.ts';
import { type Finding, mistake } from './finding.ts';
import { entriesAt, keysIn, repeated, textAt } from './tree.ts';

const IMAGES = ['images'] as const;

export const imageRules = [notTheHomeRegion, keyOfThatRegion, keysForAccounts, accountOnce];

function notTheHomeRegion(tree: unknown): Finding[] {
  const home = textAt(tree, ['region']);
  return regionsOf(tree).flatMap((region) =>
    region === home
      ? [
          mistake(
            [...IMAGES, 'regions', region],
            'images are baked in this region, so no copy is needed there',
            'Remove it: regions are the further ones',
            { mark: 'key' },
          ),
        ]
      : [],
  );
}

/** A key's ARN names its region. */
function keyOfThatRegion(tree: unknown): Finding[] {
  return regionsOf(tree).flatMap((region) => {
    const path = [...IMAGES, 'regions', region, 'kms_key'];
    const of = /^arn:[^:]*:kms:([^:]*):/.exec(textAt(tree, path) ?? '')?.[1];
    if (of === undefined || of === region) return [];
    return [
      mistake(path, `this key is of ${of}, not of ${region}`, 'A copy is encrypted with a key of its region'),
    ];
  });
}

/** Nobody but this account can use its default key. */
function keysForAccounts(tree: unknown): Finding[] {
  if (entriesAt(tree, [...IMAGES, 'accounts']).length === 0) return [];
  if (valueAt(tree, ['builder', 'encryption']) === false) return [];
  const home = textAt(tree, ['region']);
  return regionsOf(tree).flatMap((region) =>
    region !== home && textAt(tree, [...IMAGES, 'regions', region, 'kms_key']) === undefined
      ? [
          mistake(
            [...IMAGES, 'regions', region],
            'this region needs a kms_key: other accounts cannot use the default one',
            'Add kms_key: alias/NAME, a key whose policy lets the accounts use it',
            { mark: 'key' },
          ),
        ]
      : [],
  );
}

function accountOnce(tree: unknown): Finding[] {
  return repeated(entriesAt(tree, [...IMAGES, 'accounts']), (value) => value).map(({ path, value }) =>
    mistake(path, `the account ${String(value)} is listed twice`, 'Remove one of them'),
  );
}

function regionsOf(tree: unknown): string[] {
  return keysIn(tree, [...IMAGES, 'regions']);
}
