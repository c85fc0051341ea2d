/** Values that break careless quoting. Each must arrive byte for byte. */
export const HOSTILE = [
  'two words',
  'two\nlines\n',
  "it's",
  '"quoted"',
  '$(touch /pwned)',
  '`touch /pwned`',
  '${HOME} $HOME $1',
  '%{ if true }',
  '{{ .Vars }} {{`x`}}',
  '-rf',
  '--help',
  'back\\slash\\n',
  'semi;colon & | > < * ? [a-z] ~ # !',
  'grüße 日本語 🔥',
  '<%& name %>',
] as const;
