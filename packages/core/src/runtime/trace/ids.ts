import { createHash, randomFillSync } from "node:crypto";
import type { SpanLink } from "../../ports/traces.ts";

const traceBytes = 16;
const spanBytes = 8;
/** Drawn at a time: drawing ids one by one would cost more than all else that is done for a message. */
const drawnBytes = (traceBytes + spanBytes) * 256;
/** Where its parts begin in the text of a `traceparent`. */
const place = { trace: 3, span: 36, flags: 54 };
/** The last 56 bits of a trace id decide whether it is sampled; their first half is exact enough. */
const countedBytes = 7;
const digits = Buffer.from("0123456789abcdef", "latin1");

/** Draws random ids. */
export class TraceIds {
  readonly #bytes = Buffer.allocUnsafe(drawnBytes);
  readonly #text = Buffer.from(`00-${"0".repeat(32)}-${"0".repeat(16)}-00`, "latin1");
  #at = drawnBytes;

  /**
   * The `traceparent` of a new trace and its first span, sampled where its id is within the share. Every message of an engine
   * that is traced gets one: it is written in place, as one text, and not put together of parts.
   */
  begin(share: number): string {
    const from = this.#draw(traceBytes + spanBytes);
    const text = this.#text;
    this.#writeHex(from, traceBytes, place.trace);
    this.#writeHex(from + traceBytes, spanBytes, place.span);
    const isTaken = isTopWithinShare(this.#bytes.readUInt32BE(from + traceBytes - countedBytes), share);
    text[place.flags] = digits[isTaken ? 1 : 0] ?? 0;
    return text.toString("latin1");
  }

  span(): string {
    const from = this.#draw(spanBytes);
    return this.#bytes.toString("hex", from, from + spanBytes);
  }

  /** Answers where the bytes begin. */
  #draw(count: number): number {
    if (this.#at + count > drawnBytes) {
      randomFillSync(this.#bytes);
      this.#at = 0;
    }
    const from = this.#at;
    this.#at += count;
    return from;
  }

  #writeHex(from: number, count: number, to: number): void {
    const text = this.#text;
    for (let index = 0; index < count; index += 1) {
      const byte = this.#bytes[from + index] ?? 0;
      text[to + 2 * index] = digits[byte >> 4] ?? 0;
      text[to + 2 * index + 1] = digits[byte & 15] ?? 0;
    }
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
  return isTopWithinShare(Number.parseInt(traceId.slice(18, 26), 16), share);
}

/** `top`: the first 32 of those bits. */
function isTopWithinShare(top: number, share: number): boolean {
  if (share >= 1) return true;
  return share > 0 && top >= (1 - share) * 2 ** 32;
}
