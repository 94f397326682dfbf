import { readTogether } from "../gather.ts";
import type { NewRow, Store } from "../ports/store.ts";
import type { Pause } from "./contracts.ts";

interface PauseRow extends Pause {
  readonly isPaused: boolean;
}

/** Which schedules are paused, in the store: it holds for every engine and survives them. */
export interface Pauses {
  /** As the store says after this call; calls that come while it is asked share the next answer. */
  of(pipeline: string): Promise<Pause | undefined>;
  /** The same for many, in order. */
  ofMany(pipelines: readonly string[]): Promise<readonly (Pause | undefined)[]>;
  /** Changes nothing where there is a pause already. */
  pause(pipeline: string, pause: Pause): Promise<void>;
  resume(pipeline: string, by: string, now: number): Promise<void>;
  /** When it was resumed last; undefined for one that never was, or is paused. */
  resumedAt(pipeline: string): Promise<number | undefined>;
  move(from: string, to: string): Promise<void>;
  remove(pipelines: readonly string[]): Promise<void>;
}

const pausedLimit = 1_000;

export function createPauses(store: Store): Pauses {
  const rows = store.collection<PauseRow>({ name: "schedule-pauses", indexes: ["state"] });
  const allPaused = readTogether(async () => {
    const found = await rows.query({ where: { state: "paused" }, limit: pausedLimit });
    return new Map(found.map(({ key, value }) => [key, value]));
  });

  async function ofMany(pipelines: readonly string[]): Promise<readonly (Pause | undefined)[]> {
    const paused = await allPaused();
    if (paused.size < pausedLimit) return pipelines.map((pipeline) => pauseIn(paused.get(pipeline)));
    return (await rows.getMany(pipelines)).map((row) => pauseIn(row?.value));
  }

  return {
    of: async (pipeline) => (await ofMany([pipeline]))[0],
    ofMany,
    async pause(pipeline, pause) {
      const row = rowOf(pipeline, { ...pause, isPaused: true });
      for (;;) {
        const known = await rows.get(pipeline);
        if (known?.value.isPaused === true) return;
        const isDone =
          known === undefined
            ? (await rows.insert([row]))[0] === true
            : await rows.replace(pipeline, known.version, row);
        if (isDone) return;
      }
    },
    resume: (pipeline, by, now) => rows.put([rowOf(pipeline, { isPaused: false, since: now, by, why: "resumed" })]),
    async resumedAt(pipeline) {
      const row = (await rows.get(pipeline))?.value;
      return row?.isPaused === false ? row.since : undefined;
    },
    async move(from, to) {
      const row = await rows.get(from);
      if (row !== undefined) await rows.insert([rowOf(to, row.value)]);
      await rows.remove([from]);
    },
    async remove(pipelines) {
      await rows.remove(pipelines);
    },
  };
}

function pauseIn(row: PauseRow | undefined): Pause | undefined {
  if (row?.isPaused !== true) return undefined;
  const { since, by, why } = row;
  return { since, by, why };
}

function rowOf(key: string, value: PauseRow): NewRow<PauseRow> {
  return { key, at: value.since, fields: { state: value.isPaused ? "paused" : "resumed" }, value };
}
