import { type CheckResult, type Clock, clockCheck } from "@signalbox/core";
import type { Weakness } from "../weakness.ts";

const rounds = 5;
/** A message that is parked, and a tick that is taken, wait for several of these. */
const slowMs = 50;

/** How long a round trip takes: the median of some. */
export async function latencyOf(clock: Clock, ask: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const began = clock.monotonic();
    await ask();
    times.push(clock.monotonic() - began);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
}

/** `place` is the store in words, without credentials. */
export function latencyCheck(place: string, latencyMs: number): CheckResult {
  const subject = "store";
  const found = `${place}: ${latencyMs.toFixed(1)} ms a round trip`;
  if (latencyMs <= slowMs) return { subject, status: "ok", found };
  return {
    subject,
    status: "warning",
    found,
    advice: "Have the store run near the engine: every parked message waits.",
  };
}

/** What time it is there, and here in the middle of the question. */
export async function clockOf(clock: Clock, subject: string, ask: () => Promise<number>): Promise<CheckResult> {
  const [before, began] = [clock.now(), clock.monotonic()];
  const theirs = await ask();
  const halfMs = (clock.monotonic() - began) / 2;
  return clockCheck({ subject, theirs, ours: before + halfMs, offMs: halfMs });
}

/** What weakens the durability; a line that all is well where nothing does. */
export function durabilityChecks(found: string, weaknesses: readonly Weakness[]): readonly CheckResult[] {
  const subject = "durability";
  if (weaknesses.length === 0) return [{ subject, status: "ok", found }];
  return weaknesses.map((each) => ({
    subject,
    status: each.isTrouble === true ? "error" : "warning",
    found: each.found,
    advice: each.advice,
  }));
}

/** How the layout in a store goes with the one that this version writes. */
export function layoutCheck(found: number | undefined, known: number): CheckResult {
  const subject = "layout of the store";
  if (found === undefined) return { subject, status: "ok", found: "nothing is there yet; the engine makes it" };
  if (found <= known) {
    return {
      subject,
      status: "ok",
      found: `version ${found}${found < known ? `, brought to ${known} at the start` : ""}`,
    };
  }
  return {
    subject,
    status: "error",
    found: `version ${found}, this Signalbox knows up to ${known}`,
    advice: "Start the newer version, or give this one a store of its own (another prefix, schema or folder).",
  };
}
