import { createHash, randomFillSync } from "node:crypto";
import type { SpanLink } from "../../ports/traces.ts";

const idBytes = 24;
/** Drawn at a time: drawing ids one by one would cost more than all else that is done for a message. */
const drawnBytes = idBytes * 128;

/** Draws random ids. */
export class TraceIds {
  readonly #bytes = Buffer.allocUnsafe(drawnBytes);
  #at = drawnBytes;

  /** Of a new trace and its first span. */
  both(): SpanLink {
    const hex = this.#draw(24);
    return { traceId: hex.slice(0, 32), spanId: hex.slice(32) };
  }

  span(): string {
    return this.#draw(8);
  }

  #draw(count: number): string {
    if (this.#at + count > drawnBytes) {
      randomFillSync(this.#bytes);
      this.#at = 0;
    }
    const from = this.#at;
    this.#at += count;
    return this.#bytes.toString("hex", from, this.#at);
  }
}

/** Ids that are always the same for the same words: for work that several engines, one after the other, tell of. */
export function idsOf(...words: readonly string[]): SpanLink {
  const digest = createHash("sha256").update(JSON.stringify(words)).digest("hex");
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48) };
}

/**
 * Whether a trace is among the share that is sampled, by its last 56 bits as OpenTelemetry has it: all who decide by the
 * same share decide alike, and those with a larger one sample what others sample, too.
 */
export function isWithinShare(traceId: string, share: number): boolean {
  if (share >= 1) return true;
  if (share <= 0) return false;
  return Number.parseInt(traceId.slice(18, 26), 16) >= (1 - share) * 2 ** 32;
}
