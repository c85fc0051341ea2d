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
  /** When a clean-up has disabled the image; ISO 8601. */
  disabledAt: 'bake:disabled-at',
} as const;
