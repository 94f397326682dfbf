import type { Lanes, Store } from "../ports/store.ts";
import { restore } from "../runtime/lane-entries.ts";
import { batchRow, lanePrefix, messageRow } from "../runtime/lane-names.ts";
import { letterRows } from "../runtime/dead-letters/rows.ts";
import { queuedPrefix } from "../runtime/queued/queued-lanes.ts";
import type { Message } from "../message.ts";
import type { Tick, TickRecord } from "./contracts.ts";

/** What is in the store of a tick's messages. */
export interface ParkedTicks {
  /** Whether some of them wait there for a sink, or for their pipeline. True in doubt. */
  waits(tick: Tick): Promise<boolean>;
  /** How many of their writes are dead letters. */
  died(tick: TickRecord): Promise<number>;
}

const rowsAtOnce = 1_000;
const entriesAtOnce = 10_000;
const lettersAtOnce = 1_000;

/** Read from the lanes and the dead letters themselves: nothing is counted, so nothing can be counted wrong. */
export function createParkedTicks(store: Store): ParkedTicks {
  const letters = letterRows(store);
  return {
    async waits(tick) {
      return (await waitsForSink(store.lanes, tick)) || (await waitsInQueue(store.lanes, tick));
    },
    async died({ id, pipeline, startedAt = 0 }) {
      let died = 0;
      for (let after: { at: number; key: string } | undefined; ;) {
        const where = { where: { pipeline }, from: startedAt, limit: lettersAtOnce };
        const found = await letters.query({ ...where, ...(after === undefined ? {} : { after }) });
        died += found.filter(({ value }) => value.original.id === id).length;
        after = found.at(-1);
        if (found.length < lettersAtOnce) return died;
      }
    },
  };
}

// A message without a device has a row of its own, named after it; members of batches share one.
async function waitsForSink(lanes: Lanes, { id, pipeline }: Tick): Promise<boolean> {
  const own = messageRow({ id });
  for (const { lane } of await lanes.list(lanePrefix(pipeline))) {
    const rows = await lanes.rows(lane);
    if (rows.some((row) => row === own || row.startsWith(`${own}#`))) return true;
    if (rows.includes(batchRow) && (await isAmong(lanes, lane, (value) => restoredId(value) === id))) return true;
  }
  return false;
}

async function waitsInQueue(lanes: Lanes, { id, pipeline }: Tick): Promise<boolean> {
  const isOf = (value: string): boolean => (JSON.parse(value) as Message[]).some((message) => message.id === id);
  for (const { lane } of await lanes.list(queuedPrefix(pipeline))) if (await isAmong(lanes, lane, isOf)) return true;
  return false;
}

function restoredId(value: string): string {
  return restore({ seq: 0, value }).write.owner.original.id;
}

async function isAmong(lanes: Lanes, lane: string, isOf: (value: string) => boolean): Promise<boolean> {
  const limit = { rows: rowsAtOnce, entriesPerRow: entriesAtOnce };
  const rows = await lanes.due(lane, Number.MAX_SAFE_INTEGER, limit);
  const isCutOff = rows.length === rowsAtOnce || rows.some(({ entries }) => entries.length === entriesAtOnce);
  return isCutOff || rows.some(({ entries }) => entries.some(({ value }) => isOf(value)));
}
