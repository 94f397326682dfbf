import { join } from "node:path";
import {
  type ControlClient,
  createControlClient,
  type DeadLetter,
  type EngineStatus,
  type PipelineStatus,
} from "@signalbox/core";

/** What the engine of a project folder has buried, every letter; undefined when it does not answer. */
export async function readDeadLetters(dir: string): Promise<readonly DeadLetter[] | undefined> {
  const { deadLetters } = clientOf(dir);
  const letters: DeadLetter[] = [];
  let after: string | undefined;
  do {
    const query = { order: "oldest", limit: 1_000, ...(after === undefined ? {} : { after }) } as const;
    const page = await deadLetters.list(query).catch(() => undefined);
    if (page === undefined) return undefined;
    letters.push(...page.letters);
    after = page.next;
  } while (after !== undefined);
  return letters;
}

/** What the engine of a project folder says of itself; undefined when it does not answer. */
export async function readStatus(dir: string): Promise<EngineStatus | undefined> {
  return clientOf(dir)
    .status()
    .catch(() => undefined);
}

function clientOf(dir: string): ControlClient {
  return createControlClient({ path: join(dir, ".signalbox/control.sock"), timeoutMs: 5_000 });
}

/** Where the terms of conservation (delivery.md, rule 3) do not add up; empty when they do. */
export function unaccountedIn({ pipelines }: EngineStatus): readonly string[] {
  return pipelines.flatMap(({ name, counts, sinks }) => {
    const places = [
      { place: name, counts },
      ...sinks.map((sink) => ({ place: `${name}/${sink.name}`, counts: sink.counts })),
    ];
    return places
      .filter(({ counts }) => counts.unaccounted !== 0)
      .map(({ place, counts }) => `${place}: ${counts.unaccounted} unaccounted of ${JSON.stringify(counts)}`);
  });
}

/** Why the engine is not idle; empty when every pipeline runs and nothing is in flight or parked. */
export function busyIn(status: EngineStatus | undefined): readonly string[] {
  if (status === undefined) return ["the engine does not answer"];
  if (status.state !== "running") return [`the engine is ${status.state}`];
  return status.pipelines.filter(isBusy).map(describe);
}

function isBusy({ state, counts }: PipelineStatus): boolean {
  return state !== "running" || counts.inFlight > 0 || counts.parked > 0;
}

function describe({ name, state, problem, source, counts, sinks }: PipelineStatus): string {
  const { inFlight, parked } = counts;
  const trouble = sinks.flatMap((sink) =>
    sink.problem === undefined ? [] : [`${sink.name}: ${sink.problem.message}`],
  );
  const notes = [problem?.message, source.status?.detail, ...trouble].filter((note) => note !== undefined);
  return `${name} is ${state}, ${inFlight} in flight, ${parked} parked; ${notes.join("; ")}`;
}
