/** Bytes as they come → whole lines, however long somebody makes them. Pure. */

/** OSSEC cuts log lines at 64 KiB; JSON may write each byte as six. */
const LONGEST = 1024 * 1024;
const NEWLINE = 0x0a;

export class LineSplitter {
  #rest: Buffer = Buffer.alloc(0);
  #skipping = false;
  /** Lines that were longer than any of OSSEC's. */
  tooLong = 0;

  /** The lines that end in this chunk, without their ends. */
  push(chunk: Buffer): string[] {
    const end = chunk.lastIndexOf(NEWLINE);
    if (end === -1) {
      this.#keep(chunk);
      return [];
    }
    const whole = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const lines = whole.toString('utf8', 0, this.#rest.length + end).split('\n');
    // A copy: the chunk, of which this is the smallest part, would stay in memory.
    this.#rest = Buffer.from(chunk.subarray(end + 1));
    if (!this.#skipping) return lines;
    this.#skipping = false;
    return lines.slice(1);
  }

  /** What stands at the end without a line end. */
  end(): string[] {
    const rest = this.#rest.toString('utf8');
    this.#rest = Buffer.alloc(0);
    return rest === '' || this.#skipping ? [] : [rest];
  }

  #keep(chunk: Buffer): void {
    if (this.#skipping) return;
    if (this.#rest.length + chunk.length <= LONGEST) {
      this.#rest = Buffer.concat([this.#rest, chunk]);
      return;
    }
    this.tooLong += 1;
    this.#skipping = true;
    this.#rest = Buffer.alloc(0);
  }
}
