/** Texts and numbers of the OSSEC layer. */

import { z } from 'zod';
import { ALERT_NAMES } from '../ossec/rule-names.ts';
import { DURATION } from './duration.ts';
import { absolutePath } from './fields.ts';
import { says } from './message.ts';

/** OSSEC's rule ids have at most six digits. */
export const ruleId = z
  .int()
  .min(1, { error: 'must be the id of a rule: 1 to 999999' })
  .max(999_999, { error: 'must be the id of a rule: 1 to 999999' });

export const ruleName = z.enum(ALERT_NAMES);

export const level = z
  .int()
  .min(0, { error: 'must be a level from 0 to 16' })
  .max(16, { error: 'must be a level from 0 to 16' });

/** `90s`, `10m`, `6h`, `30d`. */
export const duration = z
  .string()
  .regex(DURATION, { error: 'must be a duration: 90s, 10m, 6h or 30d' })
  .meta({ examples: ['6h'] });

/**
 * OSSEC's own reader of its XML decodes no entities, so what XML must escape can't reach it; and it
 * splits lists of folders at commas, expands patterns, and takes blanks at the ends away.
 */
export const watchedPath = absolutePath.refine((path) => !/[&<>"'\\,*?[\]\s]/.test(path), {
  error: says(
    'has a character that OSSEC does not read as it is: one of & < > " \' \\ , * ? [ ] or a blank',
    'Watch the folder that it is in',
  ),
});

/** A watched path in which `*` stands for anything within a folder. */
export const firstBootPath = absolutePath.refine(
  (path) => !/[&<>"'\\,?[\]^\s]/.test(path) && /[^*/]/.test(path),
  {
    error: says(
      'has a character that OSSEC does not read as it is: one of & < > " \' \\ , ? [ ] ^ or a blank',
      'Only * stands for other characters, within a folder',
    ),
  },
);

export const oneLine = z
  .string()
  .min(1, { error: 'must not be empty' })
  .max(200, { error: 'must be at most 200 characters' })
  .refine((text) => !/\p{Cc}/u.test(text), { error: 'must be one line without control characters' });

/** The id of a secret in Secrets Manager: its name, not its ARN, whose region could be another one. */
export const secretName = z
  .string()
  .regex(/^[A-Za-z0-9/_+=.@-]{1,512}$/, {
    error: "must be a secret's name (not its ARN), such as shop/ossec/slack",
    abort: true,
  })
  .meta({ examples: ['shop/ossec/slack'] });

export const s3Prefix = z
  .string()
  .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[A-Za-z0-9!_.*'()-]+)*\/?$/, {
    error: 'must be s3://BUCKET or s3://BUCKET/PREFIX',
    abort: true,
  })
  .meta({ examples: ['s3://shop-images/ossec-trees'] });

export const emailAddress = z.string().regex(/^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/, {
  error: 'must be an e-mail address, such as security@example.com',
});

export const hostName = z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9.:-]{0,252}[A-Za-z0-9])?$/, {
  error: 'must be the name or address of a host, such as smtp.example.com',
});

const ADDRESS_OR_RANGE = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);

/** What OSSEC's allow list takes: an address, or a range in CIDR form. */
export const addressOrRange = z
  .string()
  .refine((text) => ADDRESS_OR_RANGE.safeParse(text).success, {
    error: 'must be an address or a range, such as 10.0.0.0/8',
  })
  .meta({ examples: ['10.0.0.0/8'] });
