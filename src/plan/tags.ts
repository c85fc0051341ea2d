/** Tags of bake's own; the fleet file can't set a key that starts with `bake:`. */
export const TAG = {
  fleet: 'bake:fleet',
  role: 'bake:role',
  run: 'bake:run',
  commit: 'bake:commit',
  version: 'bake:version',
  fingerprint: 'bake:fingerprint',
  generation: 'bake:generation',
  sourceAmi: 'bake:source-ami',
  state: 'bake:state',
  /** SHA-256 of what the builder has reported, as it is kept. */
  inventory: 'bake:inventory',
  /** SHA-256 of the report that made the image golden, as it is kept. */
  verification: 'bake:verification',
  /** On an instance: the version of the OSSEC that was pushed, the digest of the layer, and when. */
  ossec: 'bake:ossec',
  ossecLayer: 'bake:ossec-layer',
  pushedAt: 'bake:pushed-at',
  /** When a clean-up has disabled the image; ISO 8601. */
  disabledAt: 'bake:disabled-at',
} as const;
