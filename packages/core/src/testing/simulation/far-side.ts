// The devices' side of commands: what arrived there is what happened, whatever the ledger says.
import { type Clock, sleep } from "../../clock.ts";
import type { CommandSender, NewCommand, SendResult } from "../../commands/contracts.ts";
import { SignalboxError } from "../../errors/error.ts";
import type { Random } from "../random.ts";
import type { World } from "./world.ts";

/** A request as it arrived. */
export interface Arrival {
  readonly key: string;
  readonly device: string;
  readonly engine: string;
  /** Elapsed time, which no clock sets back. */
  readonly elapsed: number;
  /** By the wall clock, which expiry goes by. */
  readonly at: number;
  readonly isCarriedOut: boolean;
  /** What the sender tells the ledger, if it lives to tell; undefined until then. */
  answer: SendResult["status"] | undefined;
}

/** What a device says after it has carried a command out. */
export interface Report {
  readonly key: string;
  readonly device: string;
  readonly elapsed: number;
}

/** Shares of requests, in [0, 1]. */
export interface Mood {
  readonly refused: number;
  readonly rejected: number;
  /** No answer comes; half of these were carried out. */
  readonly unanswered: number;
  readonly slow: number;
  /** Requests that have to wait for their turn, or are told to come again. */
  readonly busy: number;
}

export const goodMood: Mood = { refused: 0.01, rejected: 0.01, unanswered: 0.01, slow: 0.1, busy: 0.05 };

export interface SenderOptions {
  readonly engine: string;
  readonly clock: Clock;
  readonly isDead: () => boolean;
}

type Kind = "carried out" | "refused" | "rejected" | "carried out, unanswered" | "lost";

export class FarSide {
  readonly arrivals: Arrival[] = [];
  readonly reports: Report[] = [];
  /** Whoever hears the devices. */
  onReport: (report: Report) => void = () => undefined;
  mood: Mood = goodMood;
  readonly #world: World;
  readonly #random: Random;

  constructor(world: World, random: Random) {
    this.#world = world;
    this.#random = random;
  }

  /** The sender of an engine; what it waits for, it waits for by the engine's clock. */
  sender({ engine, clock, isDead }: SenderOptions): CommandSender {
    const take = this.#take.bind(this);
    return {
      ready: async (command, signal) => {
        const random = this.#random;
        if (!random.chance(this.mood.busy)) return;
        if (random.chance(0.2)) throw failure("come again later");
        this.#world.journal.note(command.key, `waits for its turn on ${engine}`);
        await sleep(clock, random.between(50, 40_000), signal);
      },
      send(command, signal) {
        return isDead() ? new Promise(() => undefined) : take(command, { engine, clock, signal });
      },
    };
  }

  async #take(
    { key, device, confirm }: NewCommand,
    from: { engine: string; clock: Clock; signal: AbortSignal },
  ): Promise<SendResult> {
    const { time, clock, journal } = this.#world;
    const { engine, signal } = from;
    const kind = this.#draw();
    const isCarriedOut = kind === "carried out" || kind === "carried out, unanswered";
    const facts = { key, device, engine, elapsed: time.clock.now(), at: clock.now(), isCarriedOut };
    const arrival: Arrival = { ...facts, answer: undefined };
    this.arrivals.push(arrival);
    journal.note(key, `a request of ${engine} arrives at ${device}: ${kind}`);
    if (isCarriedOut && confirm !== undefined) this.#report(key, device);
    if (this.#random.chance(this.mood.slow)) await sleep(from.clock, this.#random.between(10, 20_000), signal);
    const result = signal.aborted ? unknown("the engine could wait no longer") : answerOf(kind);
    arrival.answer = result.status;
    return result;
  }

  /** Most devices say what they did, some of them too late. */
  #report(key: string, device: string): void {
    const { time, journal } = this.#world;
    if (this.#random.chance(0.3)) return;
    time.clock.setTimer(
      () => {
        const report: Report = { key, device, elapsed: time.clock.now() };
        this.reports.push(report);
        journal.note(key, `${device} says that it did it`);
        this.onReport(report);
      },
      this.#random.between(10, 900_000),
    );
  }

  #draw(): Kind {
    const { refused, rejected, unanswered } = this.mood;
    const drawn = this.#random.next();
    if (drawn < refused) return "refused";
    if (drawn < refused + rejected) return "rejected";
    if (drawn >= refused + rejected + unanswered) return "carried out";
    return this.#random.chance(0.5) ? "carried out, unanswered" : "lost";
  }
}

function answerOf(kind: Kind): SendResult {
  switch (kind) {
    case "carried out":
      return { status: "accepted" };
    case "refused":
      return { status: "retryable", cause: failure("503") };
    case "rejected":
      return { status: "rejected", cause: failure("404") };
    case "carried out, unanswered":
    case "lost":
      return unknown("no answer came");
  }
}

function unknown(why: string): SendResult {
  return { status: "unknown", cause: failure(why) };
}

function failure(text: string): SignalboxError {
  return new SignalboxError("COMMAND_SEND_FAILED", text, { isRetryable: true });
}
