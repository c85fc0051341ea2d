/** The schema of what OSSEC watches: files, rootkits and logs. */

import { z } from 'zod';
import * as ossecField from './fields-ossec.ts';

const watchedFolder = z.union(
  [
    ossecField.watchedPath,
    z.strictObject({
      path: ossecField.watchedPath.describe('The folder, or one file.'),
      realtime: z.boolean().default(true).describe('Changes are seen at once, not only by the next scan.'),
      report_changes: z
        .boolean()
        .default(false)
        .describe(
          'Alerts on text files show what changed. OSSEC keeps copies of these files: not for secrets.',
        ),
    }),
  ],
  { error: 'must be an absolute path, or { path: … }' },
);

const ignored = z
  .array(ossecField.watchedPath)
  .default([])
  .describe('Paths that are not watched, with all below. OSSEC compares the beginning of paths.');

const firstBoot = z
  .array(ossecField.firstBootPath)
  .default([])
  .describe(
    'Further files that an instance writes at its first boot, with `*` for anything within a folder. That they appear is no alert; what happens to them later is.',
  );

/** What a role adds to the fleet's. */
export const roleSyscheck = z
  .strictObject({
    folders: z.array(watchedFolder).default([]).describe('Further folders to watch.'),
    ignore: ignored,
    first_boot: firstBoot,
  })
  .prefault({})
  .describe('Integrity checks of this role.');

/** What every folder list begins with: what an intruder changes, and nothing that changes by itself. */
export const WATCHED = [
  '/etc',
  '/usr/bin',
  '/usr/sbin',
  '/usr/local',
  '/usr/lib/systemd',
  '/boot',
  '/root/.ssh',
  '/var/ossec/bin',
  '/var/ossec/etc',
  '/var/ossec/rules',
];

export const syscheck = z
  .strictObject({
    frequency: ossecField.duration.default('6h').describe('How often everything is scanned.'),
    folders: z
      .array(watchedFolder)
      .default(WATCHED)
      .describe('What is watched on every server. Roles add to it.'),
    ignore: ignored.default(['/etc/mtab', '/etc/adjtime']),
    first_boot: firstBoot,
  })
  .prefault({})
  .describe('Integrity checks: rules 550 to 554.');

export const rootcheck = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Looks for rootkits: rule 510.'),
    frequency: ossecField.duration.default('12h').describe('How often.'),
  })
  .prefault({})
  .describe('Rootkit checks.');

export const logs = z
  .array(
    z.strictObject({
      file: ossecField.watchedPath.meta({
        description: 'Absolute path of the log.',
        examples: ['/var/log/nginx/access.log'],
      }),
      format: z
        .enum([
          'syslog',
          'apache',
          'squid',
          'audit',
          'mysql_log',
          'postgresql_log',
          'snort-full',
          'snort-fast',
        ])
        .default('syslog')
        .describe('How OSSEC reads it: `syslog` for any log of one line an event, `apache` for web servers.'),
    }),
  )
  .default([])
  .describe('Log files that are read, in addition to the system log.');
