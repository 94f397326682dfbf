// From a request to its answer: makes a message of it, hands it on, answers when it may. Its parts: webhook-auth (who calls),
// webhook-body and webhook-message (what they say), webhook-answers (what they are told), webhook-intake (what was promised),
// webhook-window (what was answered), webhook-removed (what removed pipelines left). Not here: the path and the HTTP listener.
import type { SourceContext } from "../../component/definition.ts";
import type { DeliveryBuffer } from "../../component/delivery-buffer.ts";
import type { HttpReply, HttpRequest } from "../../component/services.ts";
import { toSignalboxError } from "../../errors/error.ts";
import type { Delivery, Message, Settlement } from "../../message.ts";
import {
  accepted,
  AuthRefused,
  checkSame,
  noRoom,
  notSettled,
  notTaken,
  refusalOf,
  replayed,
  settled,
} from "./webhook-answers.ts";
import { isAuthentic } from "./webhook-auth.ts";
import type { WebhookConfig } from "./webhook-config.ts";
import { WebhookIntake } from "./webhook-intake.ts";
import { createReader, type Incoming } from "./webhook-message.ts";
import { RemovedPipelines } from "./webhook-removed.ts";
import { type Identity, isAnswered, type UnderWay, type WebhookRow } from "./webhook-rows.ts";
import { WebhookWindow } from "./webhook-window.ts";

const defaultTimeoutMs = 30_000;
/** After which a message that the pipeline turned away is offered again. */
const againMs = 1_000;

/** A request under way: what the first of an id and its repetitions wait for. */
interface Pending {
  readonly identity: Identity | undefined;
  readonly reply: Promise<HttpReply>;
}

/** A way into the buffer: resolves once there was room, with false when it closed first. */
type Push = (delivery: Delivery) => Promise<boolean>;

/** What a running webhook does with requests. Its messages go to `buffer`, which is closed before this is. */
export class WebhookRequests {
  readonly #config: WebhookConfig;
  readonly #context: SourceContext;
  readonly #buffer: DeliveryBuffer;
  readonly #read: (request: HttpRequest) => Promise<Incoming>;
  readonly #intake: WebhookIntake;
  readonly #window: WebhookWindow;
  readonly #removed: RemovedPipelines;
  readonly #underWay = new Map<string, Pending>();
  // Ids that were let in, and whose messages are not in the buffer yet.
  readonly #entering = new Set<string>();
  #line: Promise<unknown>;
  #isClosed = false;
  #taken = 0;
  #repeated = 0;
  #refused = 0;

  constructor(config: WebhookConfig, context: SourceContext, buffer: DeliveryBuffer) {
    this.#config = config;
    this.#context = context;
    this.#buffer = buffer;
    this.#read = createReader(config, context);
    const { services, clock, log, pipeline } = context;
    const parts = { store: services.store, clock, log, pipeline };
    // Whatever `respond` is: it may have been another when the last engine answered.
    this.#intake = new WebhookIntake({ ...parts, deliver: (left) => this.#deliverKept(left, this.#push) });
    this.#line = this.#intake.caughtUp;
    const { idempotency } = config;
    // Off: answers remembered before it was go soon.
    const { window: windowMs, keep } = idempotency === "off" ? { window: 0, keep: 0 } : idempotency;
    this.#window = new WebhookWindow({ ...parts, windowMs, keep });
    this.#removed = new RemovedPipelines(parts);
  }

  open(): void {
    this.#intake.open();
    this.#window.open();
    this.#removed.open();
  }

  /** Waits for what is under way in the store. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.#intake.close(), this.#removed.close()]);
    await this.#window.close();
  }

  counts(): { taken: number; repeated: number; refused: number; hasCaughtUp: boolean } {
    const { hasCaughtUp } = this.#intake;
    return { taken: this.#taken, repeated: this.#repeated, refused: this.#refused, hasCaughtUp };
  }

  /** Never rejects. */
  async handle(request: HttpRequest): Promise<HttpReply> {
    const reply = await this.#answer(request).catch(refusalOf);
    if (reply.status >= 400 && reply.status !== 504) {
      this.#refused += 1;
      const { code } = reply.body as { code?: string };
      this.#context.log.debug({ status: reply.status, code }, "A request was refused.");
    }
    return reply;
  }

  async #answer(request: HttpRequest): Promise<HttpReply> {
    if (!isAuthentic(this.#config.auth, request)) throw new AuthRefused(this.#config.auth?.bearer !== undefined);
    const incoming = await this.#read(request);
    const { message, identity } = incoming;
    const known = this.#underWay.get(message.id);
    if (known !== undefined) {
      checkSame(known.identity, identity);
      return this.#repeat(await this.#inTime(message.id, known.reply));
    }
    if (this.#buffer.size + this.#entering.size >= this.#context.maxInFlight) throw noRoom();
    this.#entering.add(message.id);
    const reply = this.#config.respond === "accepted" ? this.#accept(incoming) : this.#settle(incoming);
    this.#underWay.set(message.id, { identity, reply });
    return this.#inTime(message.id, reply);
  }

  async #accept(incoming: Incoming): Promise<HttpReply> {
    const { id } = incoming.message;
    let isKept = false;
    try {
      const first = await this.#intake.keep(incoming);
      if (first !== undefined) return this.#repeatFirst(first, incoming);
      isKept = true;
      void this.#deliverKept(incoming, this.#pushInLine);
      return accepted(id);
    } finally {
      if (!isKept) this.#leave(id);
    }
  }

  /** Hands on a message that the store holds, until it is settled or this source closes. Resolves once it is pushed. */
  async #deliverKept({ message, identity }: Pick<UnderWay, "message"> & Partial<Incoming>, push: Push): Promise<void> {
    const { id } = message;
    if (!this.#underWay.has(id)) this.#underWay.set(id, { identity, reply: Promise.resolve(accepted(id)) });
    const ack = (): void => void this.#forget(id, identity);
    const nack = (): void => {
      if (this.#isClosed) return;
      this.#context.clock.setTimer(() => void this.#deliverKept({ message, identity }, push), againMs);
    };
    await push({ message, ack, nack });
  }

  /** A message from the store is settled. Until the store knows it, its id is under way. */
  async #forget(id: string, identity: Identity | undefined): Promise<void> {
    if (identity === undefined || this.#config.idempotency === "off") this.#intake.release(id);
    else await this.#window.remember(id, { answer: accepted(id), identity });
    this.#underWay.delete(id);
  }

  async #settle(incoming: Incoming): Promise<HttpReply> {
    const { message, identity } = incoming;
    const { id } = message;
    const remembered = this.#config.idempotency === "off" ? undefined : identity;
    try {
      const first = remembered === undefined ? undefined : await this.#window.find(id);
      if (first !== undefined) return this.#repeatFirst(first, incoming);
      const path = message.meta.request?.path ?? this.#config.path;
      const answer = settled(id, await this.#deliver(message), path);
      // Before the caller hears of it: it may ask again the moment it has heard, or has given up.
      if (remembered !== undefined) await this.#window.remember(id, { answer, identity: remembered });
      return answer;
    } finally {
      this.#leave(id);
    }
  }

  #deliver(message: Message): Promise<Settlement | undefined> {
    return new Promise((resolve, reject) => {
      const nack = (cause: unknown): void => reject(toSignalboxError(cause, "SOURCE_CLOSED", { isRetryable: true }));
      void this.#pushInLine({ message, ack: resolve, nack }).then((isPushed) => {
        if (!isPushed) nack(notTaken());
      });
    });
  }

  /** Behind all that came before it, so that none overtakes another that waits for room, or what an earlier engine left. */
  readonly #pushInLine: Push = (delivery) => {
    const pushed = this.#line.then(() => this.#push(delivery));
    this.#line = pushed;
    return pushed;
  };

  readonly #push: Push = async (delivery) => {
    const isPushed = await this.#buffer.pushWhenRoom(delivery);
    if (isPushed) this.#taken += 1;
    this.#entering.delete(delivery.message.id);
    return isPushed;
  };

  #leave(id: string): void {
    this.#entering.delete(id);
    this.#underWay.delete(id);
  }

  /** The reply, or 504 when it takes too long; what is in the store is never waited for. */
  #inTime(id: string, reply: Promise<HttpReply>): Promise<HttpReply> {
    const { respond, timeout = defaultTimeoutMs } = this.#config;
    if (respond === "accepted") return reply;
    return new Promise((resolve, reject) => {
      const timer = this.#context.clock.setTimer(() => resolve(notSettled(id, timeout)), timeout);
      void reply.then(resolve, reject).finally(() => timer.cancel());
    });
  }

  #repeatFirst(first: WebhookRow, { message, identity }: Incoming): HttpReply {
    checkSame(first.identity, identity);
    return this.#repeat(isAnswered(first) ? first.answer : accepted(message.id));
  }

  #repeat(reply: HttpReply): HttpReply {
    this.#repeated += 1;
    return replayed(reply);
  }
}
