// One akenza connection: its socket, its REST client, and the pipelines that share them.
// Each part decides for itself in its own file (socket/, routing/, rest/); here they are joined.
import {
  type ComponentContext,
  type Connection,
  type ConnectionDetails,
  type ConnectionTrouble,
  type HeardDevices,
  type Logger,
  SignalboxError,
} from "@signalbox/core";
import { Attachment } from "./attachment.ts";
import { Backfill } from "./backfill/backfill.ts";
import { Complaints, Counters } from "./counters.ts";
import { describeClosing, describeStream } from "./describe-stream.ts";
import { RestClient } from "./rest/client.ts";
import { DeviceLists } from "./rest/device-lists.ts";
import { DownlinkSender } from "./rest/downlink-sender.ts";
import type { Consumer } from "./routing/consumer.ts";
import { ConfirmationWatch } from "./routing/confirmation-watch.ts";
import { Cadences } from "./routing/cadence.ts";
import { createIntake } from "./routing/intake.ts";
import { heardDevices } from "./routing/heard-devices.ts";
import { Router } from "./routing/router.ts";
import { TagMembers } from "./routing/tag-members.ts";
import { type ConnectionSettings, restOptions, socketUrl } from "./settings.ts";
import { type Closing, DataStream, type StreamState } from "./socket/data-stream.ts";
import type { Frame } from "./socket/frames.ts";
import { Subscriptions } from "./socket/subscriptions.ts";

/** What a source or sink can tell of the connection it uses. */
export interface ConnectionReport {
  readonly state: StreamState;
  /** One sentence for a person. */
  readonly detail: string;
  readonly problem: SignalboxError | undefined;
}

export class AkenzaConnection implements Connection {
  readonly name: string;
  readonly rest: RestClient;
  /** Takes the connection's commands out. */
  readonly sender: DownlinkSender;
  /** The devices of queries on the inventory. */
  readonly lists: DeviceLists;
  readonly counters = new Counters();
  /** Missed samples, for the sources that want them. */
  readonly backfill: Backfill;
  readonly devices: HeardDevices;
  readonly #context: ComponentContext;
  readonly #cadences: Cadences;
  readonly #intake: (frame: Frame) => void;
  readonly #router: Router;
  readonly #stream: DataStream;
  readonly #subscriptions: Subscriptions;
  readonly #tags: TagMembers;
  readonly #watch: ConfirmationWatch;
  readonly #interests = new Set<object>();
  #unregister: (() => void) | undefined;

  constructor(settings: ConnectionSettings, context: ComponentContext) {
    const { clock } = context;
    const log = context.log.child({ connection: context.pipeline });
    this.name = context.pipeline;
    this.#context = context;
    const complaints = new Complaints(clock, log);
    this.rest = new RestClient(restOptions(settings, clock));
    this.sender = new DownlinkSender(this.rest);
    this.lists = new DeviceLists(this.rest, clock);
    const { counters } = this;
    const isWatched = (device: string): boolean => this.#watch.isWatched(device);
    this.#cadences = new Cadences({ clock, log });
    this.#router = new Router({
      connection: this.name,
      clock,
      counters,
      cadences: this.#cadences,
      pause: () => this.#stream.pause(),
      resume: () => this.#stream.resume(),
      isWatched,
      strays: { stray: (stray) => context.services.strays.stray(stray) },
      onUnknownDevice: (sample) => this.#tags.unknownDevice(sample),
    });
    const { index } = this.#router;
    this.backfill = this.#createBackfill(log);
    this.devices = this.#heardDevices();
    const route = this.#router.route.bind(this.#router);
    this.#tags = new TagMembers({ clock, log, rest: this.rest, index, counters, complaints, isWatched, route });
    this.#stream = new DataStream(
      { url: () => socketUrl(settings), clock, log, maxFrameBytes: settings.maxFrameSize },
      {
        onLive: (greeting) => this.#onLive(greeting),
        onFrame: (frame) => this.#intake(frame),
        onClosed: (closing) => this.#onClosed(closing),
      },
    );
    this.#subscriptions = new Subscriptions({
      clock,
      log,
      send: (text) => this.#stream.send(text),
      onRefused: () => (counters.counts.refused += 1),
    });
    const { time } = this.backfill;
    const subscriptions = this.#subscriptions;
    const router = this.#router;
    this.#watch = new ConfirmationWatch({
      connection: this.name,
      clock,
      complaints,
      rest: this.rest,
      subscriptions,
      time,
      hold: () => this.hold(),
      tried: () => this.tried(),
    });
    const watch = this.#watch;
    this.#intake = createIntake({ counters, complaints, router, watch, subscriptions, time });
  }

  #heardDevices(): HeardDevices {
    const { index } = this.#router;
    return heardDevices({
      latest: () => this.#router.latest(),
      habitOf: (stream) => this.#cadences.habitOf(stream),
      pipelinesOf: (device) => index.pipelinesOf(device),
      gaps: () => this.backfill.gaps.latest,
    });
  }

  /** Answers for the commands of this connection. The socket opens with its first user. */
  open(): Promise<void> {
    const { commands, store } = this.#context.services;
    // What is in memory alone is seen by nobody else.
    if (store.kind !== "memory") {
      this.rest.shareLimit(store.collection({ name: "rate-limits", indexes: [] }), this.#context.log);
    }
    this.#unregister ??= commands.register(this.name, this.sender);
    this.#watch.open(commands);
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.#unregister?.();
    this.#unregister = undefined;
    await this.#watch.close();
    this.#tags.close();
    this.lists.close();
    this.backfill.close();
    this.#cadences.rest();
    this.#subscriptions.disconnected();
    await this.#stream.stop();
    await this.rest.close();
  }

  /** Whether the devices of all subscribed tags are known. */
  get knowsTags(): boolean {
    return this.#tags.unreadable.length === 0;
  }

  /** Puts a pipeline on the socket, which opens if it is the first. */
  attach(consumer: Consumer): Attachment {
    this.#router.attach(consumer);
    const release = this.hold();
    return new Attachment({
      consumer,
      index: this.#router.index,
      subscriptions: this.#subscriptions,
      tags: this.#tags,
      stream: this.#stream,
      detach: () => {
        this.#router.detach(consumer);
        return release();
      },
    });
  }

  /** Keeps the socket open until the answer is called; resolves when it is closed, where nobody else holds it. */
  hold(): () => Promise<void> {
    const interest = {};
    this.#interests.add(interest);
    this.#stream.start();
    return async () => {
      if (!this.#interests.delete(interest) || this.#interests.size > 0) return;
      this.#subscriptions.disconnected();
      await this.#stream.stop();
    };
  }

  /** Resolves when the present try to connect has ended, well or not. */
  tried(): Promise<void> {
    return this.#stream.settled();
  }

  /** Sends a text frame; AKENZA_NOT_CONNECTED (retryable) when it cannot go out. */
  async sendMessage(text: string): Promise<void> {
    await this.#stream.send(text);
    this.counters.counts.sent += 1;
  }

  /** An integer that this connection has not used as a message id yet. */
  nextMessageId(): number {
    return this.#subscriptions.nextId();
  }

  report(): ConnectionReport {
    const { state, problem } = this.#stream;
    const detail = describeStream({
      state,
      problem,
      liveSince: this.#stream.liveSince,
      subscriptions: this.#subscriptions.size,
      refused: this.#subscriptions.refused(),
      unreadableTags: this.#tags.unreadable,
      waitingFor: this.#router.awaited.map((each) => each.pipeline),
      detached: this.#router.detached.map((each) => each.pipeline),
      missed: [...this.backfill.describe(), this.#cadences.describe()].filter((each) => each !== ""),
      oddities: this.counters.describe(),
    });
    return { state, detail, problem };
  }

  details(): ConnectionDetails {
    const { state, detail } = this.report();
    const { liveSince } = this.#stream;
    return {
      state,
      detail,
      ...(liveSince !== undefined && { since: new Date(liveSince).toISOString() }),
      subscriptions: this.#subscriptions.size,
      refused: this.#subscriptions.refused().map(({ kind, id, topic }) => ({ kind, id, topic })),
      waitingFor: this.#router.awaited.map(({ pipeline }) => pipeline),
      detached: this.#router.detached.map(({ pipeline }) => pipeline),
    };
  }

  counts(): Readonly<Record<string, number>> {
    const { connects } = this.counters.counts;
    return { ...this.counters.counts, reconnects: Math.max(0, connects - 1), gaps: this.backfill.gaps.count };
  }

  /** An akenza that nobody listens to has none. */
  trouble(): ConnectionTrouble | undefined {
    const { state } = this.#stream;
    if (state === "idle") return undefined;
    if (state !== "live") return { kind: "down", detail: this.report().detail };
    const stale = this.#cadences.stale();
    return stale === undefined ? undefined : { kind: "stale", detail: stale };
  }

  #createBackfill(log: Logger): Backfill {
    return new Backfill({
      rest: this.rest,
      index: this.#router.index,
      counters: this.counters,
      clock: this.#context.clock,
      log,
      confirmed: async () => {
        await Promise.all([this.#subscriptions.settled(), this.#stream.settled()]);
        return this.#stream.state === "live";
      },
      onReadable: () => this.#router.reconsider(),
      onRepeated: ({ id, device, topic, timestamp: time, receivedAt, body }, pipeline) => {
        const { strays } = this.#context.services;
        strays.stray({ id, connection: this.name, device, topic, time, receivedAt, body, why: "backfilled", pipeline });
      },
    });
  }

  #onLive(greeting: Readonly<Record<string, unknown>>): void {
    this.counters.counts.connects += 1;
    this.backfill.time.note(greeting);
    this.#subscriptions.connected();
    this.backfill.connected();
    this.#watch.connected();
    this.#cadences.listen();
    this.#router.publish("connected", { type: "connected", connection: this.name, greeting });
  }

  #onClosed(closing: Closing): void {
    this.counters.counts.closes += 1;
    this.#subscriptions.disconnected();
    this.backfill.disconnected();
    this.#cadences.rest();
    this.#router.publish("closed", describeClosing(this.name, closing));
  }
}

/** The connection a component named; its kind was checked when the pipeline was validated. */
export function akenzaConnectionOf(context: ComponentContext, name: string): AkenzaConnection {
  const connection = context.connection(name);
  if (connection instanceof AkenzaConnection) return connection;
  throw new SignalboxError("AKENZA_NOT_CONNECTED", `the connection "${name}" is no akenza connection`);
}
