/**
 * One quoting function for each language that a value can end up in. Every value from the fleet file
 * passes through the one for where it goes; nothing else builds HCL or shell.
 */

/**
 * A string as an HCL quoted template: a literal whatever it contains.
 *
 * HCL strings are Unicode in normalization form C (cty normalizes them), so only such strings arrive
 * unchanged; values whose bytes matter travel in files instead.
 *
 * @see https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#quoted-templates
 */
export function quoteHcl(value: string): string {
  const escaped = value
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replace(/(?:\$+|%+)\{/g, escapeTemplateMarker)
    .replace(
      /[\p{Cc}\u2028\u2029]/gu,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  return `"${escaped}"`;
}

/** `${` becomes `$${`; a run such as `$${` has no escape of its own in HCL, so its signs go by number. */
function escapeTemplateMarker(marker: string): string {
  const sign = marker.charAt(0);
  if (marker.length === 2) return sign + marker;
  return `${`\\u00${sign.charCodeAt(0).toString(16)}`.repeat(marker.length - 1)}{`;
}

/** A string as one word of a POSIX shell. The string must not contain NUL, which no shell word can. */
export function quoteShell(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}
