import { linesAbout } from "../proving/run-folder.ts";
import { seconds } from "../proving/text.ts";
import { describePlan } from "./plan.ts";
import { describeResent } from "./resends.ts";
import type { RunResult } from "./run.ts";

const mostShown = 20;

export function isGood({ violations, complaints }: RunResult): boolean {
  return violations.length + complaints.length === 0;
}

/** One line for a run that kept every promise. */
export function describeSuccess(result: RunResult): string {
  const { samples, calls, due, buried, duplicates, resent, tally, tookMs } = result;
  const { killedAt, stops, storeRestarts, reloads } = tally;
  return [
    `${nameOf(result)}: ok`,
    `${samples} samples, ${calls} calls, ${due} deliveries due, 0 missing, ${buried} dead letters, ${duplicates} duplicates`,
    ...(resent === undefined ? [] : [describeResent(resent, killedAt.length)]),
    `${killedAt.length} kills, ${stops} stops, ${storeRestarts} store restarts, ${reloads} reloads`,
    seconds(tookMs),
  ].join("; ");
}

/** Everything that is known of a run that did not. */
export async function describeFailure(result: RunResult): Promise<string> {
  const { dir, planned, violations, complaints, samples, due } = result;
  const shown = violations.slice(0, mostShown);
  const lines = [
    `${nameOf(result)}: FAILED, ${violations.length} violations of ${due} deliveries (${samples} samples)`,
    ...complaints.map((text) => `  ${text}`),
  ];
  for (const { receiver, what, text, needle } of shown) {
    lines.push(`  ${what} at ${receiver}: ${text}`);
    for (const line of await linesAbout(dir, "engine", needle)) lines.push(`      ${line}`);
  }
  if (violations.length > shown.length) lines.push(`  and ${violations.length - shown.length} more`);
  return [...lines, "the round's plan:", describePlan(planned), `what was observed: ${dir}`].join("\n");
}

function nameOf({ seed, store, form: { isQueued, hasRejections } }: RunResult): string {
  const form = [...(isQueued ? ["queued"] : []), ...(hasRejections ? ["rejections"] : [])].join(", ");
  return `seed ${seed} on ${store}${form === "" ? "" : ` (${form})`}`;
}
