import { webhookSource } from "../components/sources/webhook.ts";
import type { Source } from "../component/contracts.ts";
import { SignalboxError } from "../errors/error.ts";
import { silentLogger } from "../log.ts";
import type { Delivery } from "../message.ts";
import type { Collection, CollectionDefinition, Store } from "../ports/store.ts";
import { sourceFrom } from "./component.ts";
import { createManualClock, type ManualClock } from "./manual-clock.ts";
import { createHttpListener } from "./services.ts";

// Webhook sources on a real store, each with a listener of its own, as several engines or one after another would have them.
// Not here: what they promise (webhook-suite.ts, webhook-window-tests.ts).

export interface WebhookReply {
  readonly status: number;
  readonly body: unknown;
  readonly isReplayed: boolean;
  /** Only where the answer has that header. */
  readonly retryAfter?: string;
}

export interface RunningWebhook {
  readonly source: Source;
  readonly stop: () => Promise<void>;
  next(): Promise<Delivery>;
  /** Sends a body with an Idempotency-Key, or without one. */
  post(key: string | undefined, body: unknown, path?: string): Promise<WebhookReply>;
}

export interface WebhookStart {
  /** Fields of the source (flow style), after the path. */
  readonly fields?: string;
  /** Instead of the suite's store; the source on it is then never closed, for what is crashed cannot say goodbye. */
  readonly store?: Store;
  /** How far its wall clock is ahead of that of the suite; moved while it runs. By default not at all. */
  readonly aheadMs?: () => number;
}

export interface WebhookEngines {
  readonly clock: ManualClock;
  start(pipeline: string, options?: WebhookStart): Promise<RunningWebhook>;
  stop(): Promise<void>;
}

/** Starts webhooks of named pipelines on the store that `storeOf` gives; all share one clock. */
export function createWebhookEngines(storeOf: () => Store): WebhookEngines {
  const clock = createManualClock();
  const open: RunningWebhook[] = [];
  return {
    clock,
    async start(pipeline, { fields = "", store, aheadMs = () => 0 } = {}) {
      const http = createHttpListener({ host: "127.0.0.1", port: 0, log: silentLogger });
      await http.open();
      const source = sourceFrom(webhookSource, `webhook: { path: "/hook/:device", ${fields} }`, {
        pipeline,
        clock: { ...clock, now: () => clock.now() + aheadMs() },
        services: { http, store: store ?? storeOf() },
        log: silentLogger,
      });
      await source.open?.(new AbortController().signal);
      const running = runningFrom(source, { url: http.url, close: () => http.close(), isLasting: store === undefined });
      open.push(running);
      return running;
    },
    async stop() {
      // What still waits for a process that died is answered 504; a listener with a request does not close.
      clock.advance(60_000);
      await Promise.all(open.map((each) => each.stop()));
    },
  };
}

interface Listening {
  readonly url: string | undefined;
  readonly isLasting: boolean;
  close(): Promise<void>;
}

function runningFrom(source: Source, http: Listening): RunningWebhook {
  const batches = source.deliveries(new AbortController().signal)[Symbol.asyncIterator]();
  const waiting: Delivery[] = [];
  return {
    source,
    async next() {
      if (waiting.length === 0) waiting.push(...((await batches.next()).value as readonly Delivery[]));
      const [first] = waiting.splice(0, 1);
      if (first === undefined) throw new Error("the source ended");
      return first;
    },
    async post(key, body, path = "/hook/d1") {
      const headers = { "content-type": "application/json", ...(key !== undefined && { "idempotency-key": key }) };
      const response = await fetch(`${http.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
      const isReplayed = response.headers.get("idempotent-replayed") === "true";
      const retryAfter = response.headers.get("retry-after");
      const given = { status: response.status, body: await response.json(), isReplayed };
      return retryAfter === null ? given : { ...given, retryAfter };
    },
    async stop() {
      if (http.isLasting) await source.close?.();
      await http.close();
    },
  };
}

const unreachable = new SignalboxError("STORE_UNREACHABLE", "the store does not answer", { isRetryable: true });

/** A store that stops to answer: what is inserted is there, and nobody hears of it; nothing else reaches it. */
export function answerless(store: Store, isDown: () => boolean, refusal = unreachable): Store {
  const lost = (): SignalboxError => refusal;
  const unlessDown = <A>(call: () => Promise<A>): Promise<A> => (isDown() ? Promise.reject(lost()) : call());
  return storeWith(store, (inner) => ({
    async insert(rows) {
      const answer = await inner.insert(rows);
      return unlessDown(() => Promise.resolve(answer));
    },
    put: (rows) => unlessDown(() => inner.put(rows)),
    get: (key) => unlessDown(() => inner.get(key)),
  }));
}

/** A store on which `onClaim` runs between a claim of a row and its answer. */
export function claimingStore(store: Store, onClaim: () => Promise<void>): Store {
  return storeWith(store, (inner) => ({
    async replace(key, version, change) {
      const isChanged = await inner.replace(key, version, change);
      await onClaim();
      return isChanged;
    },
  }));
}

/** The store, with some of what its collections do replaced. */
function storeWith(store: Store, change: <T>(inner: Collection<T>) => Partial<Collection<T>>): Store {
  return {
    kind: store.kind,
    open: (signal) => store.open(signal),
    close: () => store.close(),
    durabilityWarnings: () => store.durabilityWarnings(),
    lanes: store.lanes,
    collection<T>(definition: CollectionDefinition): Collection<T> {
      const inner = store.collection<T>(definition);
      return {
        insert: (rows) => inner.insert(rows),
        get: (key) => inner.get(key),
        getMany: (keys) => inner.getMany(keys),
        replace: (key, version, changed) => inner.replace(key, version, changed),
        replaceMany: (changes) => inner.replaceMany(changes),
        put: (rows) => inner.put(rows),
        remove: (keys) => inner.remove(keys),
        query: (query) => inner.query(query),
        count: (where) => inner.count(where),
        prune: (limit) => inner.prune(limit),
        ...change(inner),
      };
    },
  };
}
