import type { Source } from "../../component/contracts.ts";
import type { SourceContext } from "../../component/definition.ts";
import { DeliveryBuffer } from "../../component/delivery-buffer.ts";
import { notTaken } from "./webhook-answers.ts";
import { serveCommands } from "./webhook-commands.ts";
import type { WebhookConfig } from "./webhook-config.ts";
import { WebhookRequests } from "./webhook-requests.ts";

/** A webhook source: a path on the engine's listener from open to close. What comes there is for WebhookRequests. */
export class Webhook implements Source {
  readonly #config: WebhookConfig;
  readonly #context: SourceContext;
  readonly #buffer: DeliveryBuffer;
  #requests: WebhookRequests | undefined;
  #takeAway: (() => void) | undefined;
  #takeCommandsAway: (() => void) | undefined;

  constructor(config: WebhookConfig, context: SourceContext) {
    this.#config = config;
    this.#context = context;
    this.#buffer = new DeliveryBuffer({ capacity: context.maxInFlight });
  }

  // The path is served also while the store does not answer: its callers hear that it pays to try again.
  async open(): Promise<void> {
    const { auth, method, path, bodyLimit } = this.#config;
    const { services, log } = this.#context;
    const requests = new WebhookRequests(this.#config, this.#context, this.#buffer);
    const handle = requests.handle.bind(requests);
    this.#takeAway = services.http.add({ method, path, maxBodyBytes: bodyLimit, handle });
    // Before anything is taken: a caller is told where to ask.
    if (this.#context.sendsCommands) this.#takeCommandsAway = serveCommands(this.#config, this.#context);
    this.#requests = requests;
    requests.open();
    if (auth === undefined)
      log.warn({ method, path }, "A webhook without `auth` takes messages from anyone who reaches it.");
  }

  deliveries(signal: AbortSignal): ReturnType<Source["deliveries"]> {
    return this.#buffer.batches(signal);
  }

  async close(): Promise<void> {
    this.#takeAway?.();
    this.#takeAway = undefined;
    this.#takeCommandsAway?.();
    this.#takeCommandsAway = undefined;
    this.#buffer.close(notTaken());
    await this.#requests?.close();
  }

  status(): ReturnType<NonNullable<Source["status"]>> {
    const { method, path } = this.#config;
    const { taken, repeated, refused, hasCaughtUp } = this.#requests?.counts() ?? nothing;
    const state = this.#takeAway === undefined || !hasCaughtUp ? "connecting" : "live";
    const counts = `${taken} messages taken, ${repeated} repeated, ${refused} requests refused`;
    return { state, detail: `${method} ${path}: ${counts}` };
  }
}

const nothing = { taken: 0, repeated: 0, refused: 0, hasCaughtUp: false };
