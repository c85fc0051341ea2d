/** What a file of alerts is, or why it is none, by its first bytes. Pure. */

const GZIP = Buffer.from([0x1f, 0x8b]);

/** So many bytes tell. */
export const HEAD_BYTES = 4096;

export function isCompressed(head: Buffer): boolean {
  return head.subarray(0, GZIP.length).equals(GZIP);
}

/** What to do where a file is the wrong one. */
export const NAME_ALERTS =
  'name files like /var/ossec/logs/alerts/alerts.json, compressed or not, their folder, or - for standard input';

export interface Refusal {
  readonly problem: string;
  readonly remedy: string;
}

/** Of what is not compressed. Undefined: it may be one, so far; also what is empty. */
export function refusalOf(head: Buffer): Refusal | undefined {
  if (head.toString('latin1').trimStart().startsWith('** Alert '))
    return {
      problem: "is OSSEC's alerts.log, its text form, which bake does not read",
      remedy:
        'name alerts.json, which lies beside it; OSSEC writes it with `<jsonout_output>yes</jsonout_output>`',
    };
  if (head.includes(0)) return { problem: 'is no file of alerts: it is binary', remedy: NAME_ALERTS };
  return undefined;
}
