/**
 * What the schema says where it refuses a value. Zod carries one string per issue; these have the
 * predicate of the problem ("must be an AWS region") on the first line and what would be right after it.
 */

/** Builds a schema's message from a predicate and its remedy, both one line. */
export function says(predicate: string, remedy: string): string {
  return `${predicate}\n${remedy}`;
}

/** The two halves of a message. */
export function heard(message: string): { predicate: string; remedy?: string } {
  const [predicate = '', remedy] = message.split('\n');
  return remedy === undefined ? { predicate } : { predicate, remedy };
}
