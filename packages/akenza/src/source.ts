import { connectionName, defineSource, type Source, type SourceContext, type SourceStatus } from "@signalbox/core";
import { z } from "zod";
import type { Attachment } from "./attachment.ts";
import type { Follower } from "./backfill/follower.ts";
import { type AkenzaConnection, akenzaConnectionOf } from "./connection.ts";
import { sourceDescription, sourceExamples } from "./docs/source-docs.ts";
import { Consumer } from "./routing/consumer.ts";
import { subscribeItemSchema } from "./subscribe/schema.ts";
import { SubscriptionList } from "./subscribe/subscription-list.ts";

const schema = z
  .strictObject({
    connection: connectionName("akenza").default("akenza").describe("Name of the akenza connection."),
    subscribe: z
      .array(subscribeItemSchema)
      .min(1)
      .optional()
      .describe("What to get: a list of items of one form each. Needed as soon as `events` holds `sample`."),
    events: z
      .array(z.enum(["sample", "connected", "closed", "frame"]))
      .min(1)
      .default(["sample"])
      .describe("What becomes a message: samples, the socket's opening and closing, and every other frame."),
  })
  .superRefine((config, check) => {
    if (config.subscribe !== undefined || !config.events.includes("sample")) return;
    check.addIssue({
      code: "custom",
      message: "samples come from subscriptions: add `subscribe`, or leave `sample` out of `events`",
      params: { code: "AKENZA_SUBSCRIBE_INVALID" },
    });
  });

type Config = z.output<typeof schema>;

export const akenzaSource = defineSource({
  name: "akenza",
  summary: "Samples of akenza devices, as they arrive over its WebSocket.",
  description: sourceDescription,
  schema,
  examples: sourceExamples,
  defaultOrder: "perKey",
  opensBeforeClose: true,
  create: (config, context) => new AkenzaSource(config, context),
});

class AkenzaSource implements Source {
  readonly #config: Config;
  readonly #context: SourceContext;
  readonly #connection: AkenzaConnection;
  readonly #consumer: Consumer;
  #follower: Follower | undefined;
  #place: { attachment: Attachment; list: SubscriptionList } | undefined;

  constructor(config: Config, context: SourceContext) {
    this.#config = config;
    this.#context = context;
    this.#connection = akenzaConnectionOf(context, config.connection);
    const { pipeline, maxInFlight } = context;
    this.#consumer = new Consumer({ pipeline, events: config.events, capacity: maxInFlight });
  }

  async open(signal: AbortSignal): Promise<void> {
    const list = new SubscriptionList({
      items: this.#config.subscribe ?? [],
      context: this.#context,
      rest: this.#connection.rest,
      onChange: () => this.#changed(),
    });
    try {
      await list.open(signal);
      await this.#follow();
      const attachment = this.#connection.attach(this.#consumer);
      this.#place = { attachment, list };
      attachment.setTargets(list.targets());
      await attachment.ready(signal);
      // Of a tag that cannot be read nobody knows who has left it.
      if (this.#connection.knowsTags) this.#follower?.forgetOthers();
      if (this.#follower !== undefined) await this.#connection.backfill.settled(this.#follower);
    } catch (error) {
      list.close();
      await this.close();
      throw error;
    }
  }

  deliveries(signal: AbortSignal): ReturnType<Source["deliveries"]> {
    return this.#consumer.buffer.batches(signal);
  }

  async close(): Promise<void> {
    const place = this.#place;
    this.#place = undefined;
    if (place !== undefined) {
      place.list.close();
      this.#consumer.buffer.close(undefined);
      // From here on a device that goes is one that stays subscribed for the next start.
      this.#consumer.gate = undefined;
      await place.attachment.detach();
    }
    if (this.#follower === undefined) return;
    this.#connection.backfill.unfollow(this.#follower);
    await this.#follower.close();
  }

  status(): SourceStatus {
    const { state, detail } = this.#connection.report();
    const problems = this.#place?.list.problems() ?? [];
    return { state: state === "idle" ? "connecting" : state, detail: [detail, ...problems].join("; ") };
  }

  async #follow(): Promise<void> {
    const { backfill, services } = this.#context;
    if (backfill === undefined || !this.#consumer.wantsSamples) return;
    this.#follower = await this.#connection.backfill.follow(this.#consumer, backfill, services.store);
  }

  #changed(): void {
    if (this.#place === undefined) return;
    const { attachment, list } = this.#place;
    const { added, removed } = attachment.setTargets(list.targets());
    if (added + removed === 0) return;
    this.#context.log.info(
      { added, removed, subscriptions: attachment.targetCount },
      "The subscribed devices changed.",
    );
  }
}
