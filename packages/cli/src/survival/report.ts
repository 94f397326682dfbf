import { linesAbout } from "../proving/run-folder.ts";
import { seconds } from "../proving/text.ts";
import type { Figures } from "./figures.ts";
import type { Observed } from "./observed.ts";
import type { RunResult } from "./run.ts";

const mostShown = 10;
/** Kills this long before and after a tick belong to its story. */
const storyMs = 15_000;

export function isGood({ violations, complaints, observed }: RunResult): boolean {
  return violations.length + complaints.length === 0 && observed !== undefined;
}

export function describeSuccess(result: RunResult): string {
  return [`${nameOf(result)}: ok, 0 violations; ${seconds(result.tookMs)}`, ...describeFigures(result)].join("\n");
}

/** Everything that is known of a run that broke a promise. */
export async function describeFailure(result: RunResult): Promise<string> {
  const { dir, violations, complaints, observed } = result;
  const lines = [
    `${nameOf(result)}: FAILED, ${violations.length} violations; ${seconds(result.tookMs)}`,
    ...describeFigures(result),
    ...complaints.map((text) => `  ${text}`),
  ];
  for (const { what, subject } of violations.slice(0, mostShown)) {
    lines.push(`  ${subject}: ${what}`);
    if (observed !== undefined)
      lines.push(...(await storyOf(subject, observed, result)).map((line) => `      ${line}`));
  }
  if (violations.length > mostShown) lines.push(...describeKinds(result));
  return [...lines, `what was observed: ${dir}`].join("\n");
}

function nameOf({ options }: RunResult): string {
  const { seed, store, engines, schedules, limit, durationMs, killEveryMs } = options;
  const facts = [
    `${engines} ${engines === 1 ? "engine" : "engines"}`,
    `${schedules} schedules a second`,
    `limit ${limit}/s`,
    `a kill every ${seconds(killEveryMs)} for ${seconds(durationMs)}`,
  ];
  return `seed ${seed} on ${store} (${facts.join(", ")})`;
}

function describeFigures({ figures, observed }: RunResult): readonly string[] {
  if (figures === undefined || observed === undefined) return ["  it did not come to its end"];
  const { lateness: late, accepted, acceptedTwice: twice, unknownAccepted, refused, runAgain } = figures;
  const sum = (counts: Figures["ticks"]): number => [...counts.values()].reduce((all, count) => all + count, 0);
  return [
    `  ticks: ${sum(figures.ticks)}; ${described(figures.ticks)}; cut off and run again: ${described(runAgain)}`,
    `  lateness of ${late.count} begun on living engines: p50 ${late.p50} ms, p99 ${late.p99} ms, max ${late.max} ms`,
    `  commands: ${sum(figures.commands)}; ${described(figures.commands)}`,
    `  akenza accepted ${accepted}, ${twice.ask} twice under ask, ${twice.resend} under resend; of the unknown ones it had accepted ${unknownAccepted}; 429: ${refused}`,
    `  kills: ${observed.kills.length}; jobs that an engine lost its hold on: ${observed.lostHolds.length}`,
  ];
}

function described(counts: ReadonlyMap<string, number>): string {
  if (counts.size === 0) return "none";
  return [...counts].map(([name, count]) => `${count} ${name}`).join(", ");
}

/** How often each promise was broken. */
function describeKinds({ violations }: RunResult): readonly string[] {
  const kinds = new Map<string, number>();
  for (const { what } of violations) kinds.set(what, (kinds.get(what) ?? 0) + 1);
  return ["  in all:", ...[...kinds].map(([what, count]) => `    ${count} times: ${what}`)];
}

async function storyOf(subject: string, observed: Observed, { dir, options }: RunResult): Promise<readonly string[]> {
  const at = Date.parse(subject.slice(subject.indexOf("@") + 1));
  const kills = observed.kills.filter((kill) => Math.abs(kill.at - at) < storyMs);
  const ticks = [...observed.ticks.values()].flat().filter(({ id }) => id === subject);
  const commands = observed.commands.filter(({ message }) => message === subject);
  const lines = [
    ...kills.map(({ engine, at, runsAt }) => `${iso(at)} ${engine} is killed; it runs again at ${iso(runsAt)}`),
    ...ticks.map(
      (tick) => `tick: ${JSON.stringify({ ...tick, startedAt: shown(tick.startedAt), endedAt: shown(tick.endedAt) })}`,
    ),
    `fired: ${(observed.fired.get(subject) ?? []).map(iso).join(", ")}`,
    ...commands.map(({ key, state, at, history }) => `command: ${JSON.stringify({ key, state, at, history })}`),
    `accepted: ${(observed.accepted.get(subject) ?? []).map(iso).join(", ")}`,
  ];
  for (let number = 1; number <= options.engines; number += 1) {
    const name = `engine-${number}`;
    lines.push(...(await linesAbout(dir, name, subject)).map((line) => `${name}: ${line}`));
  }
  return lines;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

function shown(time: number | undefined): string | undefined {
  return time === undefined ? undefined : iso(time);
}
