// One akenza REST base: key, rate limit, time-outs, bounded answers, and what each failure means.
// The calls themselves are in inventory.ts, samples.ts and downlink.ts.
import { createHash } from "node:crypto";
import { type Clock, type Collection, type Logger, type SignalboxError, sleep } from "@signalbox/core";
import { Agent } from "undici";
import { Connectivities } from "./connectivity.ts";
import { exchange, type ExchangeAnswer } from "./exchange.ts";
import { invalidAnswer, problemOfFailure, problemOfStatus, waitAskedForMs } from "./problems.ts";
import { OwnSupply } from "./own-supply.ts";
import type { Priority } from "./priority.ts";
import { RateLimiter } from "./rate-limiter.ts";
import type { SharedBucket } from "./shared-bucket.ts";
import { SharedSupply } from "./shared-supply.ts";
import type { RateLimit } from "./token-bucket.ts";

export interface RestOptions {
  /** `https://api.akenza.io`, or another base with or without a path. */
  readonly baseUrl: string;
  /** The headers that hold the key; throws AKENZA_KEY_MISSING when there is none. */
  readonly authorization: () => Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly rateLimit: RateLimit;
  /** From the moment the rate limit lets a request go to its whole answer. */
  readonly timeoutMs: number;
  /** Told of each whole answer as it comes, whatever its status. */
  readonly onAnswer?: (answer: Pick<ExchangeAnswer, "status" | "headers">) => void;
}

export interface BareRequest {
  readonly method: "GET" | "POST";
  /** From the base on: `/v3/devices`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
}

export interface RestRequest extends BareRequest {
  readonly priority: Priority;
}

/**
 * What a request led to. answered: with a 2xx. refused: with another status. missing: no whole answer came, and
 * `hasLeft` says whether akenza may have seen the request.
 */
export type RestOutcome =
  | { readonly kind: "answered"; readonly status: number; readonly text: string }
  | { readonly kind: "refused"; readonly status: number; readonly problem: SignalboxError }
  | { readonly kind: "missing"; readonly hasLeft: boolean; readonly problem: SignalboxError };

/** The most of an answer that is read: a page of 200 devices is some 400 kB, 8,000 samples some 4 MB. */
const maxAnswerBytes = 16 * 1024 * 1024;
const readAttempts = 3;

export class RestClient {
  /** How devices are connected, as far as akenza's answers said. */
  readonly connectivities: Connectivities;
  readonly #options: RestOptions;
  readonly #limiter: RateLimiter;
  readonly #base: URL;
  #agent: Agent | undefined;

  constructor(options: RestOptions) {
    this.#options = options;
    this.connectivities = new Connectivities(options.clock);
    this.#limiter = new RateLimiter(options.clock, new OwnSupply(options.clock, options.rateLimit));
    this.#base = new URL(options.baseUrl);
  }

  /** From now on the rate limit is that of all clients with this key and these rows, in whichever process they are. */
  shareLimit(rows: Collection<SharedBucket>, log: Logger): void {
    const { clock, rateLimit: limit } = this.#options;
    const key = this.#nameOfKey();
    if (key !== undefined) this.#limiter.use(new SharedSupply({ rows, key, clock, log, limit }));
  }

  /** Resolves when the rate limit lets one more request go; rejects when the signal aborts before. */
  turn(priority: Priority, signal: AbortSignal): Promise<void> {
    return this.#limiter.take(priority, signal);
  }

  /** Sends a request once, when the rate limit lets it. Rejects only where nothing was tried: no key, or aborted while it waited. */
  async send(request: RestRequest, signal: AbortSignal): Promise<RestOutcome> {
    // Without a key nothing is worth waiting for.
    this.#options.authorization();
    await this.turn(request.priority, signal);
    return this.sendNow(request, signal);
  }

  /** Sends a request whose turn has come. Rejects only where there is no key. */
  async sendNow(request: BareRequest, signal: AbortSignal): Promise<RestOutcome> {
    const headers = this.#options.authorization();
    const { clock, timeoutMs } = this.#options;
    const limit = new AbortController();
    const timer = clock.setTimer(() => limit.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    try {
      const answer = await this.#exchange(request, headers, AbortSignal.any([signal, limit.signal]));
      this.#heed(answer);
      this.#options.onAnswer?.(answer);
      if (answer.status >= 200 && answer.status < 300)
        return { kind: "answered", status: answer.status, text: answer.text };
      return { kind: "refused", status: answer.status, problem: problemOfStatus(request, answer, clock.now()) };
    } catch (error) {
      return { kind: "missing", ...problemOfFailure(request, error) };
    } finally {
      timer.cancel();
    }
  }

  /** Reads JSON: tried up to three times (`attempts`) where that can help, then throws what the last answer meant. */
  async read(request: RestRequest, signal: AbortSignal, attempts = readAttempts): Promise<unknown> {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.send(request, signal);
      if (outcome.kind === "answered") return parse(request, outcome.text);
      const { problem } = outcome;
      // A key that is refused now is refused in two seconds too.
      const canHelp = problem.isRetryable && problem.code !== "AKENZA_AUTH_REFUSED";
      if (!canHelp || attempt >= attempts || signal.aborted) throw problem;
      await sleep(this.#options.clock, problem.retryAfterMs ?? 1000 * 2 ** (attempt - 1), signal);
    }
  }

  /** Ends open connections. Idempotent; a later request opens new ones. */
  async close(): Promise<void> {
    const agent = this.#agent;
    this.#agent = undefined;
    this.#limiter.close();
    await agent?.destroy();
  }

  /** Tells one key at one akenza from others, and does not hold it; undefined without a key: nothing leaves then. */
  #nameOfKey(): string | undefined {
    const { authorization } = this.#options;
    try {
      const secret = JSON.stringify([this.#base.href, authorization()]);
      return createHash("sha256").update(secret).digest("hex").slice(0, 32);
    } catch {
      return undefined;
    }
  }

  #exchange(request: BareRequest, key: Readonly<Record<string, string>>, signal: AbortSignal): Promise<ExchangeAnswer> {
    this.#agent ??= new Agent({ connect: { timeout: 10_000 }, pipelining: 1 });
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const type = body === undefined ? {} : { "content-type": "application/json" };
    return exchange(
      this.#agent,
      {
        origin: this.#base.origin,
        path: this.#pathOf(request),
        method: request.method,
        headers: { accept: "application/json", ...key, ...type },
        body,
        maxBytes: maxAnswerBytes,
      },
      signal,
    );
  }

  #pathOf({ path, query = {} }: BareRequest): string {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
    const base = this.#base.pathname.replace(/\/+$/, "");
    return `${base}${path}${search.size === 0 ? "" : `?${search.toString()}`}`;
  }

  /** Others may spend from the same key: akenza's own count goes before ours. */
  #heed(answer: ExchangeAnswer): void {
    const remaining = Number(answer.headers["x-ratelimit-remaining"] ?? Number.NaN);
    if (Number.isFinite(remaining)) this.#limiter.hasLeft(remaining);
    if (answer.status === 429) this.#limiter.closeFor(waitAskedForMs(answer, this.#options.clock.now()) ?? 1000);
  }
}

function parse(request: RestRequest, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalidAnswer(request, "it is no JSON", error);
  }
}
