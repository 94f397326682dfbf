import type { JSX } from "preact";
import { count, rate, span } from "../../data/format.ts";
import type { LiveStep } from "@signalbox/core/control-types";
import { type Column, Table } from "../../ui/table.tsx";
import { PartName } from "./part-name.tsx";

export function StepTable({ steps }: { steps: readonly LiveStep[] }): JSX.Element {
  return <Table label="Steps" rows={steps} columns={columns} rowKey={({ name }) => name} />;
}

const columns: readonly Column<LiveStep>[] = [
  { key: "step", title: "Step", cell: (step) => <PartName part={step} /> },
  number("on", "Goes on", ({ passedPerSecond }) => rate(passedPerSecond ?? 0)),
  wide("passed", "Passed", ({ passed }) => count(passed ?? 0)),
  wide("stops", "Stops", ({ discardedPerSecond }) => rate(discardedPerSecond ?? 0)),
  number("discarded", "Discarded", ({ discarded }) => count(discarded ?? 0)),
  {
    key: "failed",
    title: "Failed",
    cell: ({ numbers: { failed } }) => (
      <span class={(failed ?? 0) > 0 ? "level-bad" : undefined}>{count(failed ?? 0)}</span>
    ),
    isNumber: true,
  },
  wide("time", "Takes p50 / p99", ({ p50Ms, p99Ms }) =>
    p50Ms === null ? "–" : `${span(p50Ms)} / ${span(p99Ms ?? p50Ms)}`,
  ),
];

function wide(key: string, title: string, write: (numbers: LiveStep["numbers"]) => string): Column<LiveStep> {
  return { ...number(key, title, write), isWide: true };
}

function number(key: string, title: string, write: (numbers: LiveStep["numbers"]) => string): Column<LiveStep> {
  return { key, title, cell: ({ numbers }) => write(numbers), isNumber: true };
}
