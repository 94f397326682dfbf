// One request and its answer, on undici's dispatch: it calls back as the answer comes in, without a promise, a stream and
// an async resource per request.
import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import type { Clock } from "../../clock.ts";
import { delivered, failed, type WriteResult } from "../../component/contracts.ts";
import { type Asked, failureOf, type Refusal, refusalResult } from "./http-answer.ts";
import type { HttpCall } from "./http-request.ts";
import { classify, type Responses } from "./http-responses.ts";

const excerptBytes = 512;
/** An answer longer than this costs less to cut off, with its connection, than to read. */
const readLimitBytes = 64 * 1024;

type Controller = Dispatcher.DispatchController;

export interface ExchangeOptions {
  readonly method: Dispatcher.HttpMethod;
  readonly responses: Responses;
  readonly clock: Clock;
  /** Whether results say which request is behind them. */
  readonly isTraced: boolean;
}

/** Makes a request; never rejects. A delivery is told as soon as its status is there, a failure with how its answer begins. */
export function exchange(
  dispatcher: Dispatcher,
  call: HttpCall,
  options: ExchangeOptions,
  signal: AbortSignal,
): Promise<WriteResult> {
  return new Promise((resolve) => {
    const answer = new Answer(call.target.url, options, signal, resolve);
    if (signal.aborted) return answer.fail(signal.reason);
    signal.addEventListener("abort", answer);
    const { target, headers, body } = call;
    try {
      dispatcher.dispatch({ origin: target.origin, path: target.path, method: options.method, headers, body }, answer);
    } catch (error) {
      answer.fail(error);
    }
  });
}

class Answer implements Dispatcher.DispatchHandler {
  readonly #url: URL;
  readonly #options: ExchangeOptions;
  readonly #signal: AbortSignal;
  readonly #resolve: (result: WriteResult) => void;
  #controller: Controller | undefined;
  #isTold = false;
  #refusal: Omit<Refusal, "beginning"> | undefined;
  #kept: Buffer | undefined;
  #sizeBytes = 0;
  #status: number | undefined;

  constructor(url: URL, options: ExchangeOptions, signal: AbortSignal, resolve: (result: WriteResult) => void) {
    this.#url = url;
    this.#options = options;
    this.#signal = signal;
    this.#resolve = resolve;
  }

  /** The signal aborts. */
  handleEvent(): void {
    const reason: unknown = this.#signal.reason;
    this.fail(reason);
    this.#controller?.abort(reason as Error);
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    // It waited for a connection meanwhile.
    if (this.#isTold) controller.abort(this.#signal.reason as Error);
  }

  onResponseStart(_controller: Controller, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    const { responses, clock } = this.#options;
    const meaning = classify(status, responses);
    this.#status = status;
    // What follows is read for the sake of the connection, and not waited for: the status was the answer.
    if (meaning === "delivered") return this.#tell(delivered);
    this.#refusal = { meaning, status, retryAfter: headers["retry-after"], now: clock.now() };
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.#sizeBytes += chunk.length;
    if (this.#refusal !== undefined) this.#keep(chunk);
    if (this.#sizeBytes > readLimitBytes) controller.abort(new Error("the answer is too long"));
  }

  onResponseEnd(): void {
    this.#tellRefusal();
  }

  onResponseError(_controller: Controller | undefined, error: Error): void {
    this.fail(error);
  }

  /** Nothing more comes. A status that is known stands: a body that breaks off adds nothing to it. */
  fail(error: unknown): void {
    if (this.#refusal === undefined) this.#tell(failed(failureOf(error, this.#asked, this.#signal)));
    else this.#tellRefusal();
  }

  #keep(chunk: Buffer): void {
    const size = this.#kept?.length ?? 0;
    if (size >= excerptBytes) return;
    const part = chunk.subarray(0, excerptBytes - size);
    this.#kept = this.#kept === undefined ? part : Buffer.concat([this.#kept, part]);
  }

  /** How the answer begins; a character that was cut in two is left out. */
  #beginning(): string {
    const text = this.#kept?.toString("utf8") ?? "";
    return this.#sizeBytes > excerptBytes ? `${text.replace(/\uFFFD$/, "")}…` : text;
  }

  #tellRefusal(): void {
    const refusal = this.#refusal;
    if (refusal === undefined) return;
    const beginning = this.#beginning();
    this.#tell(refusalResult({ ...refusal, beginning }, this.#asked));
  }

  #tell(result: WriteResult): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.#signal.removeEventListener("abort", this);
    if (!this.#options.isTraced) return this.#resolve(result);
    this.#resolve({ ...result, http: { ...this.#asked, status: this.#status } });
  }

  get #asked(): Asked {
    return { method: this.#options.method, url: this.#url };
  }
}
