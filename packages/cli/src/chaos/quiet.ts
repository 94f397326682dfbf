import { sleep, systemClock } from "@signalbox/core";
import { busyIn, readDeadLetters, readStatus, unaccountedIn } from "./engine-status.ts";
import { seconds } from "../proving/text.ts";
import { type Violation, violationsIn } from "./oracle.ts";
import { receiverNames } from "./project.ts";
import type { World } from "./world.ts";

export interface Verdict {
  readonly violations: readonly Violation[];
  /** What else is wrong, in sentences. */
  readonly complaints: readonly string[];
}

/** How long everything may take to arrive once nothing goes wrong any more. */
const drainedWithinMs = 120_000;
/**
 * How long an engine that says it is idle is waited for: longer than a webhook's messages need to be taken over from an
 * engine that was killed, and than a back-fill rests between two tries.
 */
const idleForMs = 45_000;
const pollMs = 250;

/** Ends all faults and all traffic, waits until everything due has come, and judges. */
export async function settleAndJudge(world: World): Promise<Verdict> {
  await makeGood(world);
  const complaints = await drained(world);
  const violations = world.books().flatMap(violationsIn);
  return { violations, complaints };
}

async function makeGood(world: World): Promise<void> {
  const { engine, simulator, traffic, callers } = world;
  traffic.pause();
  for (const name of receiverNames) world.setMood(name, "good");
  // Woken, a half-open connection would go on behind the frames that it swallowed, which no socket does.
  for (const { id, isSilent } of simulator.state().connections) {
    if (isSilent) simulator.faults.dropConnections({ connection: id });
  }
  simulator.faults.clear();
  engine.shiftClock(0);
  await engine.running(drainedWithinMs);
  await callers.pause();
}

/** Resolves when everything due has come and the engine is idle, or when that takes too long; with what is wrong then. */
async function drained(world: World): Promise<readonly string[]> {
  const startedAt = systemClock.monotonic();
  let idleSince: number | undefined;
  for (;;) {
    const status = await readStatus(world.dir);
    const busy = busyIn(status);
    if (busy.length === 0) await enterDeadLetters(world);
    const outstanding = world.books().reduce((sum, book) => sum + book.outstanding, 0);
    const now = systemClock.monotonic();
    idleSince = busy.length > 0 ? undefined : (idleSince ?? now);
    const isOver = idleSince !== undefined && (outstanding === 0 || now - idleSince > idleForMs);
    if (isOver && status !== undefined) return unaccountedIn(status);
    if (now - startedAt > drainedWithinMs)
      return [`not drained after ${seconds(drainedWithinMs)}, ${outstanding} outstanding`, ...busy];
    await sleep(systemClock, pollMs);
  }
}

/** Sinks are called as the systems that they send to. */
async function enterDeadLetters(world: World): Promise<void> {
  const books = new Map(world.books().map((book) => [book.receiver, book]));
  for (const { sink, shaped, original } of (await readDeadLetters(world.dir)) ?? []) {
    const { id } = ((shaped ?? original).body ?? {}) as { id?: unknown };
    books.get(sink ?? "")?.buriedAs(String(id));
  }
}
