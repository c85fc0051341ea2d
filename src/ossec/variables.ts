/**
 * `<var name="X">` and `$X`, as OSSEC puts them together (src/os_xml/os_xml_variables.c): names without
 * case, the first definition counts, and only what follows a definition in the file can use it. Pure.
 */

/** Values by lower-case name. */
export type Variables = ReadonlyMap<string, string>;

/** The text with its variables filled in, or the name that none has. */
export type Substituted = { readonly text: string } | { readonly unknown: string };

/**
 * Where the file has no variable so far, a `$` is only a `$`; where it has one, a name reaches to the next
 * `$`, `.`, `|`, `,`, blank or the end, and must be known: `foo$)` is then an error.
 */
export function substitute(text: string, variables: Variables): Substituted {
  if (variables.size === 0 || Buffer.byteLength(text) <= 2) return { text };
  const names = [...text.matchAll(/\$([^$.|, ]+)/g)].map(([, name = '']) => name);
  const unknown = names.find((name) => !variables.has(name.toLowerCase()));
  if (unknown !== undefined) return { unknown };
  return {
    text: text.replace(/\$([^$.|, ]+)/g, (_, name: string) => variables.get(name.toLowerCase()) ?? ''),
  };
}
