import type { JSX } from "preact";
import { count, rate, span } from "../../data/format.ts";
import { judgeSink } from "../../live/level.ts";
import type { LiveSink } from "@signalbox/core/control-types";
import { Lamp } from "../../ui/lamp.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { PartName } from "./part-name.tsx";

export function SinkTable({ sinks }: { sinks: readonly LiveSink[] }): JSX.Element {
  return <Table label="Sinks" rows={sinks} columns={columns} rowKey={({ name }) => name} />;
}

const columns: readonly Column<LiveSink>[] = [
  { key: "sink", title: "Sink", cell: (sink) => <PartName part={sink} /> },
  { key: "state", title: "State", cell: (sink) => <State sink={sink} /> },
  number("written", "Written", ({ deliveredPerSecond }) => rate(deliveredPerSecond ?? 0)),
  wide("delivered", "Delivered", ({ delivered }) => count(delivered ?? 0)),
  wide("discarded", "Discarded", ({ discarded }) => count(discarded ?? 0)),
  wide("failed", "Failed tries", ({ failedPerSecond }) => rate(failedPerSecond ?? 0)),
  number("parked", "Parked", ({ parked }) => count(parked ?? 0)),
  number("dead", "Dead", ({ deadLettered }) => count(deadLettered ?? 0)),
  wide("lag", "Lag p50 / p99", ({ p50Ms, p99Ms }) =>
    p50Ms === null ? "–" : `${span(p50Ms)} / ${span(p99Ms ?? p50Ms)}`,
  ),
];

function wide(key: string, title: string, write: (numbers: LiveSink["numbers"]) => string): Column<LiveSink> {
  return { ...number(key, title, write), isWide: true };
}

function number(key: string, title: string, write: (numbers: LiveSink["numbers"]) => string): Column<LiveSink> {
  return { key, title, cell: ({ numbers }) => write(numbers), isNumber: true };
}

function State({ sink }: { sink: LiveSink }): JSX.Element {
  const { level, text } = judgeSink(sink);
  return <Lamp level={level} text={level === "ok" ? "writes" : text.replace(`${sink.name} `, "")} />;
}
