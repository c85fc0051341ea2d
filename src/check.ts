/** What `bake doctor` is told by every room that needs something of this machine. */

/** One thing that a bake needs. */
export interface Check {
  readonly name: string;
  readonly status: 'there' | 'missing' | 'can be made';
  readonly detail: string;
  readonly remedy?: string;
  readonly commands?: readonly string[];
}
