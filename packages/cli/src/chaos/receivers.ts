// The systems that pipelines send to over HTTP: one server, a mood for each. Everything that comes is written down with
// what became of it. Not here: what a mood does (moods.ts), the one that takes WebSocket frames (live-receiver.ts).
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { systemClock } from "@signalbox/core";
import type { Arrival, Book } from "./book.ts";
import type { Journal } from "../proving/journal.ts";
import { type Mood, type Reaction, reactionOf } from "./moods.ts";
import type { Random } from "@signalbox/core/testing";

export interface HttpReceiver {
  readonly name: string;
  readonly book: Book;
  /** Whether each message has an `Idempotency-Key` of its own; those of a batch share one. */
  readonly hasOwnKeys: boolean;
}

export interface Receivers {
  /** `http://127.0.0.1:PORT`; a receiver is at its name below it. */
  readonly url: string;
  setMood(name: string, mood: Mood): void;
  close(): Promise<void>;
}

export interface ReceiversOptions {
  readonly receivers: readonly HttpReceiver[];
  readonly journal: Journal;
  readonly random: Random;
}

export async function startReceivers({ receivers, journal, random }: ReceiversOptions): Promise<Receivers> {
  const moods = new Map<string, Mood>();
  const byName = new Map(receivers.map((receiver) => [receiver.name, receiver]));
  const server = createServer((request, response) => {
    void take(request, response).catch(() => response.destroy());
  });

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = (request.url ?? "").slice(1);
    const receiver = byName.get(name);
    if (receiver === undefined) return void response.writeHead(404).end();
    const text = await readAll(request);
    const reaction = reactionOf(moods.get(name) ?? "good", random);
    const arrivals = readArrivals(text, receiver.hasOwnKeys ? keyOf(request) : undefined);
    const at = systemClock.now();
    journal.write({ at, receiver: name, key: keyOf(request), ...reaction, arrivals });
    for (const arrival of arrivals) {
      if (reaction.isKept) receiver.book.arrived(arrival, at);
      if (reaction.isRejected === true) receiver.book.rejected(arrival);
    }
    answer(response, reaction);
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setMood: (name, mood) => void moods.set(name, mood),
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function answer(response: ServerResponse, { answer, delayMs = 0, retryAfter }: Reaction): void {
  if (answer === "hang") return;
  const act = (): void => {
    if (answer === "cut") return void response.destroy();
    response.writeHead(answer, retryAfter === undefined ? {} : { "retry-after": retryAfter }).end();
  };
  if (delayMs === 0) act();
  else systemClock.setTimer(act, delayMs);
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function keyOf({ headers }: IncomingMessage): string | undefined {
  const key = headers["idempotency-key"];
  return typeof key === "string" ? key : undefined;
}

/** The messages of a request or frame: a body, or a list of bodies. */
export function readArrivals(text: string, key: string | undefined): readonly Arrival[] {
  const body = JSON.parse(text) as unknown;
  return (Array.isArray(body) ? body : [body]).map((each) => readArrival(each, key));
}

function readArrival(body: unknown, key: string | undefined): Arrival {
  const { id, device, topic, time, backfilled, takenAt } = (body ?? {}) as Record<string, unknown>;
  return {
    id: String(id),
    device: String(device),
    topic: String(topic),
    time: String(time),
    isBackfilled: backfilled === true,
    takenAt: Number(takenAt),
    key,
  };
}
