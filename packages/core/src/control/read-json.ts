import type { IncomingMessage } from "node:http";
import { messageOf, SignalboxError } from "../errors/error.ts";

const maxBodyBytes = 16 * 1024 * 1024;

/** The request's body as JSON. Fails with CONTROL_BODY_TOO_LARGE or CONTROL_BODY_INVALID. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const text = await readText(request);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new SignalboxError("CONTROL_BODY_INVALID", `the body is not JSON: ${messageOf(error)}`);
  }
}

// What is too much is read to its end and thrown away, so that the client hears the answer.
async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBodyBytes) chunks.push(chunk);
  }
  if (size <= maxBodyBytes) return Buffer.concat(chunks).toString("utf8");
  throw new SignalboxError("CONTROL_BODY_TOO_LARGE", `the body is larger than ${maxBodyBytes} bytes`);
}
