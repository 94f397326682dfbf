import type { AppendToken, DueRow, LaneEntry, Lanes, LaneSize, RowState } from "@signalbox/core";
import { checkKeys } from "../fields.ts";
import { compareText } from "./compare-text.ts";

interface LaneRow {
  state: RowState;
  entries: LaneEntry[];
}

type Lane = Map<string, LaneRow>;

/** Lanes in this process's memory. */
export function createMemoryLanes(): Lanes {
  const lanes = new Map<string, Lane>();
  const writers = new Map<string, number>();
  let lastSeq = 0;

  function append(...[name, entries, { dueAt, attempts }, token]: Parameters<Lanes["append"]>): void {
    if (entries.length === 0) return;
    checkKeys(name, ...entries.map(({ row }) => row));
    if (token !== undefined && isRepeated(writers, name, token)) return;
    const lane = lanes.get(name) ?? new Map<string, LaneRow>();
    lanes.set(name, lane);
    for (const { row, value } of entries) {
      const found = lane.get(row) ?? { state: { dueAt, attempts }, entries: [] };
      lane.set(row, found);
      found.entries.push({ seq: ++lastSeq, value });
    }
  }

  function due(name: string, now: number, limit: { rows: number; entriesPerRow: number }): DueRow[] {
    const rows = [...(lanes.get(name) ?? [])].filter(([, { state }]) => state.dueAt <= now);
    rows.sort(([a, x], [b, y]) => x.state.dueAt - y.state.dueAt || compareText(a, b));
    return rows.slice(0, limit.rows).map(([row, { state, entries }]) => {
      return { row, ...state, entries: entries.slice(0, limit.entriesPerRow) };
    });
  }

  function remove(name: string, row: string, seqs: readonly number[], { dueAt, attempts }: RowState): number {
    const lane = lanes.get(name);
    const found = lane?.get(row);
    if (lane === undefined || found === undefined) return 0;
    const gone = new Set(seqs);
    found.entries = found.entries.filter(({ seq }) => !gone.has(seq));
    found.state = { dueAt, attempts };
    if (found.entries.length === 0) lane.delete(row);
    if (lane.size === 0) lanes.delete(name);
    return found.entries.length;
  }

  function defer(name: string, row: string, { dueAt, attempts }: RowState): void {
    const found = lanes.get(name)?.get(row);
    if (found !== undefined) found.state = { dueAt, attempts };
  }

  function nextDue(name: string): number | undefined {
    const times = [...(lanes.get(name)?.values() ?? [])].map(({ state }) => state.dueAt);
    return times.length === 0 ? undefined : times.reduce((a, b) => Math.min(a, b));
  }

  function size(lane: string, rows: Lane): LaneSize {
    const entries = [...rows.values()].flatMap((row) => row.entries);
    const bytes = entries.reduce((sum, { value }) => sum + Buffer.byteLength(value), 0);
    return { lane, entries: entries.length, rows: rows.size, bytes };
  }

  return {
    append: async (...args) => append(...args),
    due: async (...args) => due(...args),
    remove: async (...args) => remove(...args),
    defer: async (...args) => defer(...args),
    nextDue: async (name) => nextDue(name),
    rows: async (name) => [...(lanes.get(name)?.keys() ?? [])],
    list: async (prefix) =>
      [...lanes].filter(([name]) => name.startsWith(prefix)).map(([name, rows]) => size(name, rows)),
  };
}

/** Notes an append; answers whether the writer has made it before. */
function isRepeated(writers: Map<string, number>, lane: string, { writer, number }: AppendToken): boolean {
  const name = `${writer} ${lane}`;
  if ((writers.get(name) ?? 0) >= number) return true;
  writers.set(name, number);
  return false;
}
