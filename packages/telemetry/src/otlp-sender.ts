// One export over HTTP, and what its answer means. Not here: when there is one (span-queue.ts).
import { type Clock, messageOf } from "@signalbox/core";
import { Agent, request } from "undici";

/** How an export ended. */
export type SendResult =
  /** `rejected`: those that the receiver took and threw away. */
  | { readonly status: "taken"; readonly rejected: number; readonly problem?: string | undefined }
  | { readonly status: "retryable"; readonly problem: string; readonly retryAfterMs?: number | undefined }
  | { readonly status: "refused"; readonly problem: string };

export interface Sender {
  /** Never rejects, and ends within the time it is given. */
  send(body: string, signal: AbortSignal): Promise<SendResult>;
  close(): Promise<void>;
}

export interface SenderOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly clock: Clock;
}

const timeoutMs = 10_000;
/** The protocol's own list. */
const retryable: readonly number[] = [429, 502, 503, 504];
/** More of an answer than this nobody reads. */
const mostBytes = 64 * 1024;

export function createSender({ url, headers, clock }: SenderOptions): Sender {
  const agent = new Agent({ connections: 1 });

  async function exchange(body: string, signal: AbortSignal): Promise<SendResult> {
    const answer = await request(url, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body,
      signal,
      dispatcher: agent,
    });
    const text = await readSome(answer.body);
    const { statusCode } = answer;
    if (statusCode >= 200 && statusCode < 300) return taken(text);
    const problem = `it answered ${statusCode}`;
    if (!retryable.includes(statusCode)) return { status: "refused", problem };
    return { status: "retryable", problem, retryAfterMs: retryAfterMs(answer.headers["retry-after"], clock.now()) };
  }

  return {
    async send(body, signal) {
      const late = new AbortController();
      const timer = clock.setTimer(
        () => late.abort(new Error(`it did not answer within ${timeoutMs / 1000} s`)),
        timeoutMs,
      );
      try {
        return await exchange(body, AbortSignal.any([signal, late.signal]));
      } catch (error) {
        return { status: "retryable", problem: messageOf(error) };
      } finally {
        timer.cancel();
      }
    },
    close: () => agent.destroy(),
  };
}

async function readSome(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > mostBytes) break;
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** A receiver may take some spans and not others, and says so in an answer that is none of a failure. */
function taken(text: string): SendResult {
  try {
    const { partialSuccess } = JSON.parse(text) as {
      partialSuccess?: { rejectedSpans?: unknown; errorMessage?: unknown };
    };
    const rejected = Number(partialSuccess?.rejectedSpans ?? 0);
    if (!(rejected > 0)) return { status: "taken", rejected: 0 };
    const why = partialSuccess?.errorMessage;
    return {
      status: "taken",
      rejected,
      problem: `it threw spans away: ${typeof why === "string" ? why : "no reason"}`,
    };
  } catch {
    return { status: "taken", rejected: 0 }; // an empty answer, or one in another form: the status says enough
  }
}

function retryAfterMs(value: string | string[] | undefined, now: number): number | undefined {
  if (typeof value !== "string") return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
