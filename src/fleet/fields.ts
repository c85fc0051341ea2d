/** The texts that a fleet file may hold, each with its pattern and what a message says is right. */

import { z } from 'zod';
import { says } from './message.ts';

// A command checks one file. Code that checks thousands quickly takes longer to make than it saves.
z.config({ jitless: true });

/** A text with a pattern; `right` completes "must be …". Patterns are without flags: JSON Schema has none. */
function text(pattern: RegExp, right: string, example: string) {
  return z
    .string()
    .regex(pattern, { error: `must be ${right}`, abort: true })
    .meta({ examples: [example] });
}

/**
 * The name of a fleet, a role or a step. With 32 characters for fleet and role, an image's name
 * (FLEET-ROLE-FINGERPRINT12-GENERATION) stays far below AWS's 128.
 */
export const name = text(
  /^[a-z][a-z0-9-]{0,31}$/,
  'at most 32 lower-case letters, digits and dashes, beginning with a letter',
  'web',
);

export const roleName = name
  .refine((role) => role !== 'base', {
    error: says('is reserved for the image that every role stands on', 'Choose another name for the role'),
  })
  .refine((role) => role !== 'ossec-tree', {
    error: says('is reserved for the builder that compiles OSSEC', 'Choose another name for the role'),
  });

export const region = text(
  /^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$/,
  'an AWS region, such as eu-central-1',
  'eu-central-1',
);

export const instanceType = text(
  /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/,
  'an EC2 instance type, such as t3.small',
  't3.small',
);

export const amiId = text(
  /^ami-([0-9a-f]{8}|[0-9a-f]{17})$/,
  'an AMI id: ami- and 17 (or 8) hexadecimal digits',
  'ami-0123456789abcdef0',
);

export const subnetId = text(
  /^subnet-([0-9a-f]{8}|[0-9a-f]{17})$/,
  'a subnet id: subnet- and 17 (or 8) hexadecimal digits',
  'subnet-0123456789abcdef0',
);

export const instanceProfile = text(
  /^[A-Za-z0-9_+=,.@-]{1,128}$/,
  "an instance profile's name (not its ARN)",
  'image-builder',
);

export const owner = text(
  /^([0-9]{12}|self|amazon|aws-marketplace)$/,
  'an account id of 12 digits, self, amazon or aws-marketplace',
  '136693071363',
);

export const ssmParameter = text(
  /^\/?[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/,
  "an SSM parameter's name, such as /aws/service/debian/release/12/latest/amd64",
  '/aws/service/debian/release/12/latest/amd64',
);

export const device = text(/^\/dev\/[a-z0-9]+$/, "a device's path, such as /dev/xvda", '/dev/xvda');

export const kmsKey = text(
  /^(alias\/[A-Za-z0-9/_-]+|mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)\/[A-Za-z0-9/_-]+)$/,
  'a KMS key: its id, alias/NAME, or the ARN of either',
  'alias/images',
);

export const sha256 = text(/^[0-9a-f]{64}$/, 'a SHA-256: 64 lower-case hexadecimal digits', '0'.repeat(64));

/** Linux's PATH_MAX. A pattern is not even tried on what is longer. */
export const LONGEST_PATH = 4096;

/** Braces and groups can stand for more names than anything could list. */
export function isPlainGlob(pattern: string): boolean {
  return !/[{(]/.test(pattern);
}

/** As {@link text}, of a path. */
function pathText(pattern: RegExp, right: string, example: string) {
  return z
    .string()
    .max(LONGEST_PATH, { error: `must be at most ${LONGEST_PATH} characters`, abort: true })
    .regex(pattern, { error: `must be ${right}`, abort: true })
    .meta({ examples: [example] });
}

/** A file beside the fleet file; whether it exists is for the loader to say. */
export const relativePath = pathText(
  /^[^/\\].*$/,
  'a path relative to the fleet file, with / between folders',
  'files/motd',
);

const FETCHED = /^(s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/.+|https:\/\/[^\s/]+\/\S+|[^/\\:][^:]*)$/;

/** What bake fetches itself: from S3, the web, or beside the fleet file. */
export const fetchedFrom = text(
  FETCHED,
  's3://BUCKET/KEY, https://HOST/PATH, or a path relative to the fleet file',
  's3://my-bucket/ossec.tar.gz',
);

/** Absolute, without `.`, `..`, double or trailing slashes. */
const ABSOLUTE = /^(\/(?!\.{1,2}(\/|$))[^/]+)+$/;
export const absolutePath = pathText(
  ABSOLUTE,
  'an absolute path without . or .. parts, double or trailing slashes',
  '/etc/motd',
).refine((path) => !/\p{Cc}/u.test(path), { error: 'must be without control characters' });

/** A folder that deployments change. */
export const deployedFolder = pathText(
  /^(\/|(\/(?!\.{1,2}(\/|$))[^/]+)+)$/,
  'an absolute path without . or .. parts, double or trailing slashes',
  '/srv/app',
).refine((path) => path !== '/', {
  error: says('would leave no folder watched', 'Name the folders that deployments change, such as /srv/app'),
});

/** Is what lies there still there when an instance boots? */
export function isKeptInImages(path: string): boolean {
  return !/^\/(dev|proc|run|sys|tmp|var\/run|var\/tmp)(\/|$)/.test(path);
}

/** Where a file can be placed so that it is still there when an instance boots. */
export const placedPath = absolutePath.refine(isKeptInImages, {
  error: says('is in a folder that no image keeps', 'Place it elsewhere, and link to it at boot if need be'),
});

/** What Debian's useradd takes; a dot is allowed, since sudoers files are named without it. */
const ACCOUNT = /^[a-z_][a-z0-9_.-]{0,31}$/;
export const accountName = text(
  ACCOUNT,
  'the name of a user or group: at most 32 lower-case letters, digits and _ . -, not beginning with a digit',
  'root',
);
export const userName = accountName.refine((user) => user !== 'root', {
  error: says(
    'is on every machine, and nobody logs in as root',
    'Choose another name; sudo: true gives it root',
  ),
});

/** Names only: to apt, jq- removes, jq/testing changes the release and j* is a pattern. */
export const packageName = text(
  /^[a-z0-9][a-z0-9+.-]*[a-z0-9+](:[a-z0-9]+)?(=[A-Za-z0-9.+:~-]+)?$/,
  'a Debian package: NAME, or NAME=VERSION',
  'jq',
);

export const unitName = text(
  /^(?!-)[A-Za-z0-9_.@:\\-]{1,255}$/,
  'a systemd unit, such as nginx or backup.timer',
  'nginx',
);

/** Quoted, because YAML 1.2 reads an unquoted 0644 as the number 644. */
export const mode = z
  .string({
    error: (issue) =>
      typeof issue.input === 'number'
        ? says(
            'must be in quotes: YAML reads it as a decimal number',
            'Write the mode in quotes, as in "0644"',
          )
        : undefined,
  })
  .regex(/^[0-7]{3,4}$/, { error: 'must be three or four octal digits in quotes, such as "0644"' })
  .meta({ examples: ['0644', '0755'] });

/** ASCII but colons and blanks: what AWS takes as the name of an Auto Scaling group. */
export const groupName = text(
  /^[!-9;-~]{1,255}$/,
  "an Auto Scaling group's name: no blanks, no colon",
  'web-asg',
);

/** Bash sets these itself, whatever they are set to, or lets nobody set them. */
const OF_BASH =
  /^(_|BAKE_.*|BASHOPTS|BASHPID|BASH_(ALIASES|ARGC|ARGV|ARGV0|CMDS|COMMAND|LINENO|REMATCH|SOURCE|SUBSHELL|VERSINFO)|DIRSTACK|EPOCHREALTIME|EPOCHSECONDS|EUID|FUNCNAME|GROUPS|HISTCMD|LINENO|OLDPWD|OPTIND|PIPESTATUS|PPID|PWD|RANDOM|SECONDS|SHELLOPTS|SHLVL|SRANDOM|UID)$/;

export const environmentName = text(
  /^[A-Za-z_][A-Za-z0-9_]*$/,
  'the name of an environment variable: letters, digits and _, not beginning with a digit',
  'LEVEL',
).refine((variable) => !OF_BASH.test(variable), {
  error: says('is set by bash or by bake itself', 'Choose another name'),
});
