import { silentLogger } from "@signalbox/core";
import { type OpenInVirtualTime, simulate, type SimulationResult } from "@signalbox/core/testing";
import { createBackend } from "@signalbox/jobs";

const mostShown = 10;

const openMemory: OpenInVirtualTime = (clock) =>
  createBackend({ kind: "memory" }, { clock, log: silentLogger, projectDir: process.cwd() });

/** A year of this seed, or as many days as asked. */
export function runSeed(seed: number, days: number): Promise<SimulationResult> {
  return simulate({ seed, days, open: openMemory });
}

/** One line for a good run, and everything that is known of one that was not. */
export function describeResult(result: SimulationResult, tookMs: number): string {
  const { seed, counts, troubles, violations, story, digest } = result;
  const { ticks, fired, missed, commands, requests, unknown } = counts;
  const { kills, stops, outages, lostAnswers, clockJumps, deployments } = troubles;
  const facts = [
    `${ticks} ticks, ${fired} fired, ${missed} missed`,
    `${commands} commands, ${requests} requests, ${unknown} unknown`,
    `${kills} kills, ${stops} stops, ${outages} outages, ${lostAnswers} times of lost answers`,
    `${clockJumps} clock jumps, ${deployments} deployments`,
    `${(tookMs / 1_000).toFixed(1)} s, digest ${digest}`,
  ].join("; ");
  if (violations.length === 0) return `seed ${seed}: ok; ${facts}`;
  const shown = violations.slice(0, mostShown).flatMap(({ what, subject }) => {
    return [`  ${subject}: ${what}`, ...story(subject).map((line) => `      ${line}`)];
  });
  const more = violations.length > mostShown ? [`  and ${violations.length - mostShown} more`] : [];
  return [`seed ${seed}: FAILED, ${violations.length} violations; ${facts}`, ...shown, ...more].join("\n");
}
