import { type Agent, type Dispatcher } from "undici";

export interface ExchangeRequest {
  readonly origin: string;
  /** With its query. */
  readonly path: string;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** An answer beyond this is cut off and fails with AnswerTooLarge. */
  readonly maxBytes: number;
}

export interface ExchangeAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** The request was not answered whole. `hasLeft` false: not a byte of it was written. */
export class ExchangeError extends Error {
  override readonly name = "ExchangeError";
  readonly hasLeft: boolean;
  readonly isTooLarge: boolean;

  constructor(cause: Error, facts: { hasLeft: boolean; isTooLarge: boolean }) {
    super(cause.message, { cause });
    this.hasLeft = facts.hasLeft;
    this.isTooLarge = facts.isTooLarge;
  }
}

/**
 * One HTTP request and its whole answer. Whether a request left decides whether a command may be sent again, so it is
 * taken from the client's own hook before the first byte, not guessed from the error.
 */
export function exchange(agent: Agent, request: ExchangeRequest, signal: AbortSignal): Promise<ExchangeAnswer> {
  return new Promise((resolve, reject) => {
    const { maxBytes, ...wire } = request;
    let hasLeft = false;
    let isTooLarge = false;
    let controller: Dispatcher.DispatchController | undefined;
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    let head: Pick<ExchangeAnswer, "status" | "headers"> | undefined;

    const abort = (): void => {
      controller?.abort(reasonOf(signal));
      fail(reasonOf(signal));
    };
    const fail = (cause: Error): void => {
      signal.removeEventListener("abort", abort);
      reject(new ExchangeError(cause, { hasLeft, isTooLarge }));
    };
    if (signal.aborted) return fail(reasonOf(signal));
    signal.addEventListener("abort", abort, { once: true });

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(started) {
        controller = started;
        // Given up while it was still connecting: an abort here comes before the first byte.
        if (signal.aborted) return started.abort(reasonOf(signal));
        hasLeft = true;
      },
      onResponseStart(_controller, status, headers) {
        head = { status, headers };
      },
      onResponseData(started, chunk) {
        sizeBytes += chunk.length;
        if (sizeBytes <= maxBytes) return void chunks.push(chunk);
        isTooLarge = true;
        started.abort(new Error(`the answer is larger than ${maxBytes} bytes`));
      },
      onResponseEnd() {
        signal.removeEventListener("abort", abort);
        if (head !== undefined) resolve({ ...head, text: Buffer.concat(chunks).toString() });
      },
      onResponseError: (_controller, error) => fail(error),
    };
    agent.dispatch({ ...wire, body: wire.body ?? null, headersTimeout: 0, bodyTimeout: 0 }, handler);
  });
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error("aborted");
}
