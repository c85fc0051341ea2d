/** The SSM document that pushes. Pure. */

import type { ObjectFolder } from '../../world/s3.ts';
import { document, type OwnDocument } from '../documents.ts';

/** The step whose output says what has become of the instance. */
export const PUSH_STEP = 'apply';

/** The exit code of that step where what was fetched has another digest. */
export const NOT_THE_BUNDLE = 5;

/** The same where another push is at work: nothing was changed by this one. */
export const BUSY = 6;

/** So long a push waits for one that is at work: two jobs at once end with the same. */
const PATIENCE_SECONDS = 600;

const HERE = '/var/lib/bake/push';
/** Of each bundle: two pushes may come at the same time, and only the programs that they bring exclude each other. */
const INCOMING = `${HERE}/incoming/{{ Bundle }}`;

export function bundleKey({ prefix }: ObjectFolder, sha256: string): string {
  return [...(prefix === '' ? [] : [prefix]), `${sha256}.tar.gz`].join('/');
}

/**
 * Who may send it chooses among the bundles that lie in one place, and can't write there: the place is in the document,
 * and what comes from it is checked against the digest before it is unpacked.
 */
export function pushDocument(fleet: string, region: string, place: ObjectFolder): OwnDocument {
  const key = bundleKey(place, '{{ Bundle }}');
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return document(`bake-push-${fleet}`, {
    description: `Brings OSSEC and its configuration of the ${fleet} fleet to this instance. bake's own.`,
    parameters: {
      Bundle: {
        type: 'String',
        description: 'SHA-256 of the bundle',
        allowedPattern: '^[0-9a-f]{64}$',
      },
    },
    mainSteps: [
      {
        action: 'aws:runShellScript',
        name: 'prepare',
        inputs: {
          onFailure: 'exit',
          timeoutSeconds: String(PATIENCE_SECONDS + 60),
          runCommand: [
            'set -eu',
            'umask 077',
            `mkdir -p ${HERE}/incoming`,
            `chown root:root ${HERE}`,
            `chmod 0700 ${HERE}`,
            ...LOCK,
            // Of earlier pushes; what is younger may be about to be used.
            `find ${HERE}/incoming -mindepth 1 -maxdepth 1 -mmin +60 -exec rm -rf {} +`,
            `mkdir -p ${INCOMING}`,
          ],
        },
      },
      {
        action: 'aws:downloadContent',
        name: 'fetch',
        inputs: {
          onFailure: 'exit',
          sourceType: 'S3',
          sourceInfo: `{"path": "https://s3.${region}.${domain}/${place.bucket}/${key}"}`,
          destinationPath: `${INCOMING}/bundle.tar.gz`,
        },
      },
      {
        action: 'aws:runShellScript',
        name: PUSH_STEP,
        inputs: { onFailure: 'exit', timeoutSeconds: '3600', runCommand: APPLY },
      },
    ],
  });
}

/** A push that is at work has this, and needs what it has brought; it is waited for. */
const LOCK = [
  `exec 9>>${HERE}/lock`,
  `flock --wait ${PATIENCE_SECONDS} 9 || { echo 'another push is at work here' >&2; exit ${BUSY}; }`,
];

/**
 * In a unit of its own: it goes on when SSM's agent ends, and what it has begun comes to an end. Where it is killed,
 * systemd has it undone, and that says what has become of it.
 */
const APPLY = [
  'set -eu',
  'umask 077',
  `cd ${INCOMING}`,
  ...LOCK,
  'if [ ! -d content ]; then',
  "  echo '{{ Bundle }}  bundle.tar.gz' | sha256sum --check --status || {",
  '    echo "what was fetched is not the bundle {{ Bundle }}: somebody has changed it where it lies" >&2',
  `    exit ${NOT_THE_BUNDLE}`,
  '  }',
  '  rm -rf unpacked',
  '  mkdir unpacked',
  '  tar --extract --gzip --no-same-owner --file bundle.tar.gz --directory unpacked',
  '  mv unpacked content',
  'fi',
  'rm -f bundle.tar.gz',
  // An instance may still be booting.
  'n=0',
  'until [ -S /run/dbus/system_bus_socket ] || [ "$n" -ge 60 ]; do n=$((n + 1)); sleep 1; done',
  // From here on the program holds it, which goes on where this shell does not.
  'exec 9>&-',
  'exec systemd-run --quiet --collect --wait --pipe --unit="bake-push-$$" --property=KillMode=mixed \\',
  '  --property=TimeoutStopSec=900 \\',
  `  --property='ExecStopPost=/usr/bin/python3 -I -B ${INCOMING}/content/apply ended' \\`,
  `  /usr/bin/python3 -I -B ${INCOMING}/content/apply ${INCOMING}/content`,
];
