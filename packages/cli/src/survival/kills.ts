import { sleep, systemClock } from "@signalbox/core";
import type { Random } from "@signalbox/core/testing";
import type { SurvivalEngine } from "./world.ts";

/** A kill -9 that was carried out; times in milliseconds since the epoch. */
export interface Kill {
  readonly engine: string;
  readonly at: number;
  /** When its successor's pipelines ran. */
  readonly runsAt: number;
}

export interface KillOptions {
  readonly engines: readonly SurvivalEngine[];
  readonly random: Random;
  readonly everyMs: number;
  readonly durationMs: number;
}

/** A service manager rests before it starts an engine again. */
const longestRestMs = 1_500;
const startLimitMs = 60_000;

/** Kills one engine after the other, and never one while another is down; resolves when the time is over. */
export async function killInTurn(options: KillOptions): Promise<readonly Kill[]> {
  const { engines, random, everyMs, durationMs } = options;
  const startedAt = systemClock.monotonic();
  const kills: Kill[] = [];
  const elapsed = (): number => systemClock.monotonic() - startedAt;
  const until = (ms: number): Promise<void> => sleep(systemClock, ms - elapsed());
  // On a machine with much else to do, an engine may be away for longer than the time between two kills.
  for (let atMs = everyMs; atMs < durationMs; atMs = nextBeat(elapsed(), everyMs)) {
    await until(atMs);
    await sleep(systemClock, momentOf(random, systemClock.now()));
    const { name, keeper } = random.pick(engines);
    const at = systemClock.now();
    await keeper.takeDown("SIGKILL", random.between(0, longestRestMs));
    await keeper.running(startLimitMs);
    kills.push({ engine: name, at, runsAt: systemClock.now() });
  }
  await until(durationMs);
  return kills;
}

function nextBeat(elapsedMs: number, everyMs: number): number {
  return (Math.floor(elapsedMs / everyMs) + 1) * everyMs;
}

/** Half of the kills come while the ticks of a second are at work, the others at any time; how long to wait for it. */
function momentOf(random: Random, now: number): number {
  const inSecond = random.chance(0.5) ? random.between(0, 150) : random.between(0, 999);
  return (inSecond - (now % 1000) + 1000) % 1000;
}
