import type { IncomingMessage } from "node:http";

/** An HTTP request that has been read whole. */
export interface ReceivedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names; a repeated header's values are joined with commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const MAX_BODY_BYTES = 16 * 1024 * 1024;

export class BodyTooLargeError extends Error {
  override readonly name = "BodyTooLargeError";
}

/** Rejects with BodyTooLargeError above 16 MiB, and when the client goes away. */
export async function readRequest(request: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // The rest is read and let go: a client that still writes would not hear the answer.
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (size > MAX_BODY_BYTES) throw new BodyTooLargeError("the body is larger than 16 MiB");
  return { ...headOf(request), body: Buffer.concat(chunks).toString("utf8") };
}

/** Everything but the body. */
export function headOf(request: IncomingMessage): Omit<ReceivedRequest, "body"> {
  // Not through URL: it throws at paths such as "//", and would resolve "..".
  const [path = "/", ...rest] = (request.url ?? "/").split("?");
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return { method: request.method ?? "GET", path, query: new URLSearchParams(rest.join("?")), headers };
}
