// The webhook source: takes requests, makes messages of them, answers when it may. Its parts: webhook-auth (who calls),
// webhook-body and webhook-message (what they say), webhook-intake (what was promised). Not here: the HTTP listener.
import type { Source } from "../../component/contracts.ts";
import { defineSource, type SourceContext } from "../../component/definition.ts";
import { DeliveryBuffer } from "../../component/delivery-buffer.ts";
import type { HttpReply, HttpRequest } from "../../component/services.ts";
import { messageOf, SignalboxError, toSignalboxError } from "../../errors/error.ts";
import type { Message, Settlement } from "../../message.ts";
import { isAuthentic } from "./webhook-auth.ts";
import { BodyRefused } from "./webhook-body.ts";
import { webhookConfig, type WebhookConfig } from "./webhook-config.ts";
import { WebhookIntake } from "./webhook-intake.ts";
import { createReader } from "./webhook-message.ts";

const defaultTimeoutMs = 30_000;
/** After which a message that the pipeline turned away is offered again. */
const againMs = 1_000;

export const webhookSource = defineSource({
  name: "webhook",
  summary: "Takes HTTP requests, each a message.",
  description: `
The engine's HTTP listener serves the path; the body becomes the message's body: JSON (also without a content type), form
fields as an object, text as text, no body as null. Method, path, parameters, query and headers are \`$meta.request\`, without
the headers that prove who the caller is.

\`respond: accepted\` answers 202 with \`{ "id": ... }\` once the message is in the store: it then survives a crash, and what a
killed engine left is delivered by the next one, at once after a clean stop and within some 20 seconds after a crash.
\`respond: settled\` keeps the message in memory and answers 200 once it is settled or parked, with how many of its writes were
delivered, discarded, parked and became dead letters; 504 with the id when that takes longer than \`timeout\`.

The id of a message is what \`id\` gives, else the request's \`Idempotency-Key\` header, else new. A request with the id of a
message that is still under way is answered like that one and makes no second message; ids of settled messages are not
remembered. Refused requests get a code and a reason: 400 for a body or field that cannot be read (JSON with line and column),
401, 413, 415, and 503 with \`Retry-After\` while the pipeline has no room or the store does not answer. HMAC signatures cover the
body, not the time: they do not keep anyone from sending a request twice.
`,
  schema: webhookConfig,
  examples: [
    { title: "A button", yaml: `webhook: { path: /hooks/button, auth: { bearer: "\${BUTTON_TOKEN}" } }` },
    {
      title: "A command per request, answered when it is on its way",
      yaml: `webhook:
  path: /devices/:device/valve
  method: PUT
  device: $meta.request.params.device
  respond: settled
  timeout: 10s`,
    },
    {
      title: "Signed events with ids and times of their own",
      yaml: `webhook:
  path: /hooks/events
  auth: { hmac: { header: x-hub-signature-256, prefix: "sha256=", secret: "\${HOOK_SECRET}" } }
  bodyLimit: 64kB
  id: eventId
  device: sensor
  topic: kind
  time: at`,
    },
  ],
  defaultOrder: "perKey",
  create: (config, context) => new Webhook(config, context),
});

/** What a caller waits for: the answer to a message under way. */
type Reply = Promise<HttpReply>;

class Webhook implements Source {
  readonly #config: WebhookConfig;
  readonly #context: SourceContext;
  readonly #read: (request: HttpRequest) => Promise<Message>;
  readonly #buffer: DeliveryBuffer;
  readonly #underWay = new Map<string, Reply>();
  #intake: WebhookIntake | undefined;
  #takeAway: (() => void) | undefined;
  #entering = 0;
  #taken = 0;
  #refused = 0;

  constructor(config: WebhookConfig, context: SourceContext) {
    this.#config = config;
    this.#context = context;
    this.#read = createReader(config, context);
    this.#buffer = new DeliveryBuffer({ capacity: context.maxInFlight });
  }

  async open(): Promise<void> {
    const { auth, method, path, bodyLimit, respond } = this.#config;
    const { services, log } = this.#context;
    if (respond === "accepted") {
      const { clock, pipeline } = this.#context;
      const deliver = (message: Message): Promise<void> => this.#deliverKept(message);
      this.#intake = new WebhookIntake({ store: services.store, clock, log, pipeline, deliver });
      await this.#intake.open();
    }
    const handle = (request: HttpRequest): Reply => this.#handle(request);
    this.#takeAway = services.http.add({ method, path, maxBodyBytes: bodyLimit, handle });
    if (auth === undefined)
      log.warn({ method, path }, "A webhook without `auth` takes messages from anyone who reaches it.");
  }

  deliveries(signal: AbortSignal): ReturnType<Source["deliveries"]> {
    return this.#buffer.batches(signal);
  }

  async close(): Promise<void> {
    this.#takeAway?.();
    this.#takeAway = undefined;
    this.#buffer.close(notTaken());
    await this.#intake?.close();
  }

  status(): ReturnType<NonNullable<Source["status"]>> {
    const { method, path } = this.#config;
    const state = this.#takeAway === undefined ? "connecting" : "live";
    return { state, detail: `${method} ${path}: ${this.#taken} messages taken, ${this.#refused} requests refused` };
  }

  async #handle(request: HttpRequest): Reply {
    const reply = await this.#answer(request).catch(refusalOf);
    if (reply.status >= 400 && reply.status !== 504) {
      this.#refused += 1;
      const { code } = reply.body as { code?: string };
      this.#context.log.debug({ status: reply.status, code }, "A request was refused.");
    }
    return reply;
  }

  async #answer(request: HttpRequest): Reply {
    if (!isAuthentic(this.#config.auth, request)) throw new AuthRefused(this.#config.auth?.bearer !== undefined);
    const message = await this.#read(request);
    const known = this.#underWay.get(message.id);
    if (known !== undefined) return known;
    if (this.#buffer.size + this.#entering >= this.#context.maxInFlight) throw noRoom();
    this.#entering += 1;
    const reply = this.#intake === undefined ? this.#settle(message) : this.#accept(this.#intake, message);
    this.#underWay.set(message.id, reply);
    return reply;
  }

  async #accept(intake: WebhookIntake, message: Message): Reply {
    try {
      const isOurs = await intake.keep(message);
      if (isOurs) void this.#deliverKept(message);
      else this.#underWay.delete(message.id);
      return { status: 202, body: { id: message.id } };
    } catch (error) {
      this.#underWay.delete(message.id);
      throw error;
    } finally {
      this.#entering -= 1;
    }
  }

  /** Hands on a message that the store holds, until it is settled or this source closes. */
  async #deliverKept(message: Message): Promise<void> {
    const { id } = message;
    if (!this.#underWay.has(id)) this.#underWay.set(id, Promise.resolve({ status: 202, body: { id } }));
    const ack = (): void => {
      this.#underWay.delete(id);
      this.#intake?.release(id);
    };
    const nack = (): void => {
      if (this.#takeAway !== undefined) this.#context.clock.setTimer(() => void this.#deliverKept(message), againMs);
    };
    if (await this.#buffer.pushWhenRoom({ message, ack, nack })) this.#taken += 1;
  }

  #settle(message: Message): Reply {
    const { id } = message;
    return new Promise((resolve, reject) => {
      const timeoutMs = this.#config.timeout ?? defaultTimeoutMs;
      const waiting = {
        code: "WEBHOOK_NOT_SETTLED",
        message: `the message is not settled after ${timeoutMs} ms; it goes on`,
        id,
      };
      const timer = this.#context.clock.setTimer(() => resolve({ status: 504, body: waiting }), timeoutMs);
      const end = (): void => {
        timer.cancel();
        this.#underWay.delete(id);
      };
      const ack = (settlement?: Settlement): void => {
        end();
        resolve({ status: 200, body: { id, ...countsOf(settlement) } });
      };
      const nack = (cause: unknown): void => {
        end();
        reject(toSignalboxError(cause, "SOURCE_CLOSED", { isRetryable: true }));
      };
      this.#entering -= 1;
      if (this.#buffer.push({ message, ack, nack })) this.#taken += 1;
      else nack(notTaken());
    });
  }
}

function countsOf(settlement: Settlement | undefined): Partial<Settlement> {
  if (settlement === undefined) return {};
  const { delivered, discarded, deadLettered, parked } = settlement;
  return { delivered, discarded, deadLettered, parked };
}

class AuthRefused extends SignalboxError {
  readonly isBearer: boolean;

  constructor(isBearer: boolean) {
    super("WEBHOOK_AUTH_REFUSED", "the request does not show who it is from");
    this.isBearer = isBearer;
  }
}

/** The answer to a request that was not taken. What the caller cannot mend is 503: trying again later may help. */
function refusalOf(error: unknown): HttpReply {
  if (error instanceof BodyRefused) {
    return { status: error.status, body: { code: error.code, message: error.message, ...error.place } };
  }
  if (error instanceof AuthRefused) {
    const headers = error.isBearer ? { "www-authenticate": "Bearer" } : {};
    return { status: 401, headers, body: { code: error.code, message: error.message } };
  }
  if (error instanceof SignalboxError && !error.isRetryable) {
    return { status: 400, body: { code: error.code, message: error.message } };
  }
  const { code } = toSignalboxError(error, "SOURCE_CLOSED");
  return { status: 503, headers: { "retry-after": "1" }, body: { code, message: messageOf(error) } };
}

function noRoom(): SignalboxError {
  return new SignalboxError("WEBHOOK_NO_ROOM", "the pipeline has no room just now", { isRetryable: true });
}

function notTaken(): SignalboxError {
  return new SignalboxError("SOURCE_CLOSED", "the pipeline stopped before it took the message", { isRetryable: true });
}
