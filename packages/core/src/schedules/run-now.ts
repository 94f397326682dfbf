// A tick that a person asks for: recorded before it runs, brought to an engine, taken back where that fails.
import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import { type Persistence, persist } from "../runtime/persist.ts";
import type { Tick, TickRecord } from "./contracts.ts";
import type { TickLedger } from "./ledger.ts";
import type { DueTick } from "./planner.ts";
import { unbegun } from "./tick-facts.ts";
import { askedTick } from "./tick.ts";

export interface RunNowOptions {
  readonly ledger: TickLedger;
  readonly clock: Clock;
  readonly enqueue: (ticks: readonly DueTick[]) => Promise<void>;
  readonly persistence: Persistence;
}

/**
 * Answers what was recorded. A person who is told that it failed must not see it run a week later, when an engine starts
 * and finds it: what the store may have taken all the same is taken back, as soon as the store lets us.
 */
export async function runTickNow(pipeline: string, by: string, options: RunNowOptions): Promise<TickRecord> {
  const { ledger, clock, enqueue } = options;
  const request = randomUUID();
  const facts = { by, request, ...unbegun, timing: "on-time", outcome: "waiting" } as const;
  // Two that ask in one millisecond get two ticks.
  for (let at = clock.now(); ; at += 1) {
    const tick = askedTick(pipeline, at);
    try {
      const known = await ledger.add(tick, facts);
      if (known === undefined) continue;
      await enqueue([{ ...tick, dueAt: at }]);
      return known.record;
    } catch (error) {
      // Ends with the engine at the latest; after that, an engine that finds the tick sees that it comes too late.
      void takeBack({ tick, request }, options).catch(() => undefined);
      throw error;
    }
  }
}

interface Asked {
  readonly tick: Tick;
  readonly request: string;
}

async function takeBack({ tick, request }: Asked, { ledger, persistence }: RunNowOptions): Promise<void> {
  await persist(
    "that a tick is not to run",
    async () => {
      const found = await ledger.find(tick.id);
      if (found?.record.outcome !== "waiting" || found.record.request !== request) return;
      const facts = { ...unbegun, timing: "skipped", outcome: "none", detail: notTaken } as const;
      await ledger.change(found, facts);
    },
    persistence,
  );
}

const notTaken = "The store did not answer when it was asked for; whoever asked was told so.";
