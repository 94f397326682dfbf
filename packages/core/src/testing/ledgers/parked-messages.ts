// Messages of ticks in the store, as a pipeline whose sink is away leaves them there.
import type { TickEnd } from "../../schedules/contracts.ts";
import type { DeadLetter } from "../../runtime/dead-letters/letter.ts";
import { letterRows, rowOf } from "../../runtime/dead-letters/rows.ts";
import { lanePrefix, messageRow } from "../../runtime/lane-names.ts";
import { pipeline, type ScheduleWorld } from "./schedule-world.ts";

const lane = `${lanePrefix(pipeline, "valves")}0`;

/** What a pipeline whose sink is away makes of a tick: its message goes to the store. */
export async function parking(the: ScheduleWorld, id: string): Promise<TickEnd> {
  const state = { dueAt: the.time.clock.now() + 3_600_000, attempts: 1 };
  await the.store.lanes.append(lane, [{ row: messageRow({ id }), value: JSON.stringify({ message: { id } }) }], state);
  return { parked: 1, deadLettered: 0 };
}

/** Takes a tick's message out of the store. */
export async function deliver(the: ScheduleWorld, id: string): Promise<void> {
  const limit = { rows: 100, entriesPerRow: 100 };
  const rows = await the.store.lanes.due(lane, Number.MAX_SAFE_INTEGER, limit);
  const seqs = rows.find(({ row }) => row === messageRow({ id }))?.entries.map(({ seq }) => seq) ?? [];
  await the.store.lanes.remove(lane, messageRow({ id }), seqs, { dueAt: 0, attempts: 0 });
}

/** Makes a dead letter of a tick's message; it stays parked until it is taken out. */
export async function bury(the: ScheduleWorld, id: string): Promise<void> {
  await letterRows(the.store).insert([rowOf(letterOf(id, the.time.clock.now()))]);
}

function letterOf(id: string, at: number): DeadLetter {
  const meta = { pipeline, source: "schedule", time: "", receivedAt: "" };
  const facts = { id: "letter", pipeline, revision: "r", sink: "valves", code: "HTTP_STATUS_REFUSED", cause: "422" };
  const original = { id, meta, body: {} };
  return { ...facts, attempts: 3, diedAt: new Date(at).toISOString(), original, redrives: [] };
}
