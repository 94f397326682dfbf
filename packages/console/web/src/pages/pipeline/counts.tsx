import type { PipelineDetail, PipelineStatus } from "@signalbox/core/control-types";
import type { JSX } from "preact";
import { get } from "../../data/api.ts";
import { count } from "../../data/format.ts";
import { useResource } from "../../data/resource.ts";
import { Panel } from "../../ui/page.tsx";
import { Asked } from "../../ui/states.tsx";

const reasons: Readonly<Record<string, string>> = {
  filtered: "a filter's condition was false",
  nothing: "a condition gave nothing",
  duplicate: "seen before, or not changed enough",
  dropped: "dropped on purpose",
  "no-route": "no sink was due",
  expired: "too old",
  superseded: "a newer one took its place",
};

/** Where every message of this run is: what came in, and what became of it. */
export function Counts({ name }: { name: string }): JSX.Element {
  const path = `pipelines/${encodeURIComponent(name)}`;
  const found = useResource(path, (signal) => get<PipelineDetail>(path, signal), { everyMs: 5_000 });
  return (
    <Panel title="Accounts since the start">
      <Asked of={found} what="the counts">
        {({ status }) => <Account pipeline={status} />}
      </Asked>
    </Panel>
  );
}

function Account({ pipeline: { counts } }: { pipeline: PipelineStatus }): JSX.Element {
  const into: readonly (readonly [string, number])[] = [
    ["Received", counts.received],
    ["Found parked by an earlier run", counts.resumed],
    ["Redriven dead letters", counts.redriven],
    ["Taken from the queue", counts.taken],
    ["Parts of divided messages", counts.divided],
  ];
  const out: readonly (readonly [string, number])[] = [
    ["Settled", counts.settled],
    ["In flight", counts.inFlight],
    ["Parked", counts.parked],
    ["Handed over to the queue", counts.handed],
    ["Dead before any write", counts.deadLettered],
  ];
  const discarded = Object.entries(counts.discarded);
  return (
    <div class="accounts">
      <Part title="Came in" lines={into} />
      <Part title="Are now" lines={out} />
      <Part
        title="Went no further"
        lines={discarded.map(([reason, number]) => [`${reason}: ${reasons[reason] ?? ""}`, number])}
        none="Nothing was discarded before the sinks."
      />
      {counts.unaccounted === 0 ? null : (
        <p class="notice level-bad">
          {count(counts.unaccounted)} messages are unaccounted for: this is a bug, tell us.
        </p>
      )}
    </div>
  );
}

interface PartProps {
  readonly title: string;
  readonly lines: readonly (readonly [string, number])[];
  readonly none?: string;
}

function Part({ title, lines, none }: PartProps): JSX.Element {
  const shown = lines.filter(([, number], index) => number !== 0 || (index === 0 && none === undefined));
  return (
    <div class="stack">
      <h3>{title}</h3>
      {shown.length === 0 ? <p class="muted">{none ?? "Nothing yet."}</p> : null}
      <dl class="account">
        {shown.map(([what, number]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd class="num">{count(number)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
