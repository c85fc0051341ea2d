/** The log of one build: everything that Packer says, without secrets, readable by its owner only. */

import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Emit } from '../events.ts';
import { isStepLine } from './lines.ts';
import type { PackerRecord } from './machine-readable.ts';

export interface BuildLog {
  readonly write: (text: string) => void;
  readonly close: () => Promise<void>;
}

/** A log that can't be written on the way (a full disk) is told once; the build goes on. */
export async function openLog(path: string, emit: Emit): Promise<BuildLog> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'w', 0o600);
  await file.chmod(0o600);
  const stream = file.createWriteStream();
  let broken = false;
  stream.on('error', (error) => {
    if (!broken)
      emit({ type: 'notice', level: 'warning', text: `the log ${path} is not whole: ${error.message}` });
    broken = true;
  });
  return {
    write: (text) => {
      if (!broken) stream.write(text);
    },
    close: () =>
      new Promise((resolve) => {
        stream.on('close', () => resolve());
        stream.end();
      }),
  };
}

/** A record as the log has it: what people are shown as it is, the rest in Packer's terms. */
export function logLine(record: PackerRecord): string {
  switch (record.kind) {
    case 'ui':
      return `${isStepLine(record.text) ? record.text.replaceAll('\n', '\\n') : record.text}\n`;
    case 'text':
      return `${record.text}\n`;
    case 'artifact':
      return `artifact: ${record.id}\n`;
    case 'error':
      return `error: ${record.text}\n`;
    case 'other':
      return `${[record.type, ...record.data].join(' ')}\n`;
  }
}

export function redactRecord(record: PackerRecord, redact: (text: string) => string): PackerRecord {
  switch (record.kind) {
    case 'ui':
    case 'text':
    case 'error':
      return { ...record, text: redact(record.text) };
    case 'other':
      return { ...record, data: record.data.map(redact) };
    case 'artifact':
      return record;
  }
}
