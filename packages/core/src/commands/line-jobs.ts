// Sees that lines with open commands have their jobs. Not here: what a line's job does (runner.ts).
import { gather } from "../gather.ts";
import type { Queue } from "../ports/queue.ts";
import { type Line, lineOf } from "./ledger.ts";
import { topicOf } from "./stations.ts";

/**
 * Asks for a start of each line's job. A job that is there is not doubled; one that runs is started once more when it has
 * ended. What is asked for at one time goes to the queue in few calls.
 */
export function createLineJobs(queue: Pick<Queue, "add">): (lines: readonly Line[]) => Promise<void> {
  const add = gather(async (calls: readonly (readonly Line[])[]) => {
    const idsOf = new Map<string, Set<string>>();
    for (const line of calls.flat()) {
      const topic = topicOf(line.connection);
      const ids = idsOf.get(topic) ?? new Set();
      idsOf.set(topic, ids.add(lineOf(line)));
    }
    for (const [topic, ids] of idsOf) {
      await queue.add(
        topic,
        [...ids].map((id) => ({ id, data: {} })),
      );
    }
    return calls.map(() => undefined);
  });
  return async (lines) => {
    if (lines.length > 0) await add(lines);
  };
}

/** The same for the commands of many pages: each line is asked for once, however many commands wait in it. */
export function createLineRound(wake: (lines: readonly Line[]) => Promise<void>): typeof wake {
  const seen = new Set<string>();
  return async (lines) => {
    const fresh = lines.filter((line) => !seen.has(lineOf(line)));
    for (const line of fresh) seen.add(lineOf(line));
    await wake(fresh);
  };
}
