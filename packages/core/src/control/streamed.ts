import type { ServerResponse } from "node:http";
import { once } from "node:events";

/** An answer that goes on: a line of JSON for each thing, until there are no more or nobody reads. */
export class Streamed {
  readonly begin: (signal: AbortSignal) => AsyncIterable<object>;
  /** Several readers get the same things: what one of them is written as will do for the others. */
  readonly isShared: boolean;

  constructor(begin: (signal: AbortSignal) => AsyncIterable<object>, isShared = false) {
    this.begin = begin;
    this.isShared = isShared;
  }
}

/** Writes a streamed answer as NDJSON; resolves when it has ended, or its reader is gone. */
export async function sendStream(
  response: ServerResponse,
  { begin }: Streamed,
  toLine: (thing: unknown) => string,
): Promise<void> {
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  response.writeHead(200, { "content-type": "application/x-ndjson", "cache-control": "no-store" });
  // The reader learns that the engine agreed before there is anything to tell.
  response.flushHeaders();
  for await (const thing of begin(gone.signal)) {
    if (gone.signal.aborted) break;
    if (!response.write(`${toLine(thing)}\n`)) await drained(response, gone.signal);
  }
  response.end();
}

async function drained(response: ServerResponse, gone: AbortSignal): Promise<void> {
  await once(response, "drain", { signal: gone }).catch(() => undefined);
}
