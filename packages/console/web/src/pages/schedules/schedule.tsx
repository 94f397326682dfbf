import type { ScheduleInfo, TickRecord } from "@signalbox/core/control-types";
import type { JSX } from "preact";
import { get } from "../../data/api.ts";
import { plural, span } from "../../data/format.ts";
import { useResource } from "../../data/resource.ts";
import { pipelineHref } from "../../router.ts";
import { Lamp } from "../../ui/lamp.tsx";
import { Page, Panel } from "../../ui/page.tsx";
import { Asked, Empty } from "../../ui/states.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Ago, At } from "../../ui/times.tsx";
import { ScheduleActions } from "./schedule-actions.tsx";
import { tickWords } from "./tick-words.ts";

const shownTicks = 50;

/** One schedule: what is next, and what became of its ticks. */
export function SchedulePage({ name }: { name: string }): JSX.Element {
  const path = `schedules/${encodeURIComponent(name)}`;
  const found = useResource(path, (signal) => get<ScheduleInfo>(path, signal), { everyMs: 3_000 });
  const ticksPath = `${path}/ticks?limit=${shownTicks}`;
  const ticks = useResource(ticksPath, (signal) => get<readonly TickRecord[]>(ticksPath, signal), { everyMs: 3_000 });
  const reload = (): void => {
    found.reload();
    ticks.reload();
  };
  const schedule = found.value;
  const canAct = schedule !== undefined && schedule.state !== "retired";
  return (
    <Page
      title={name}
      lead={
        <>
          <a href="/schedules">All schedules</a> · <a href={pipelineHref(name)}>Its pipeline</a>
        </>
      }
      actions={canAct ? <ScheduleActions schedule={schedule} done={reload} /> : undefined}
    >
      <Panel>
        <Asked of={found} what="the schedule">
          {(info) => <Facts schedule={info} />}
        </Asked>
      </Panel>
      <Panel title="Ticks">
        <Asked of={ticks} what="the ticks">
          {(all) =>
            all.length === 0 ? (
              <Empty title="It has not been due yet" />
            ) : (
              <Table label="Ticks" rows={all} columns={columns} rowKey={({ id }) => id} />
            )
          }
        </Asked>
      </Panel>
    </Page>
  );
}

function Facts({ schedule: { plan, state, pause, next, open, retiredAt } }: { schedule: ScheduleInfo }): JSX.Element {
  return (
    <dl class="facts panel-body">
      <dt>Plan</dt>
      <dd>{plan}</dd>
      <dt>State</dt>
      <dd>
        {pause === undefined ? (
          <Lamp level={state === "active" ? "ok" : "idle"} text={state} />
        ) : (
          <>
            <Lamp level="warn" text="paused" /> by {pause.by} <Ago at={pause.since} />: {pause.why}
          </>
        )}
      </dd>
      {next.length === 0 ? null : (
        <>
          <dt>Next</dt>
          <dd>
            {next.map((at) => (
              <div key={at}>
                <At at={at} />{" "}
                <span class="muted">{pause === undefined ? <Ago at={at} /> : "skipped while it is paused"}</span>
              </div>
            ))}
          </dd>
        </>
      )}
      {open.length === 0 ? null : (
        <>
          <dt>Under way</dt>
          <dd>{plural(open.length, "tick")}</dd>
        </>
      )}
      {retiredAt === undefined ? null : (
        <>
          <dt>Retired</dt>
          <dd>
            <Ago at={retiredAt} />: no pipeline of this name has a schedule
          </dd>
        </>
      )}
    </dl>
  );
}

const columns: readonly Column<TickRecord>[] = [
  { key: "planned", title: "Planned", cell: ({ plannedAt }) => <At at={plannedAt} /> },
  { key: "end", title: "What became of it", cell: (tick) => <End tick={tick} /> },
  {
    key: "began",
    title: "Began after",
    cell: ({ startedAt, plannedAt }) => (startedAt === undefined ? "–" : span(startedAt - plannedAt)),
    isNumber: true,
    isWide: true,
  },
  {
    key: "took",
    title: "Took",
    cell: ({ startedAt, endedAt }) =>
      startedAt === undefined || endedAt === undefined ? "–" : span(endedAt - startedAt),
    isNumber: true,
    isWide: true,
  },
  { key: "led", title: "Led to", cell: (tick) => <LedTo tick={tick} /> },
];

function End({ tick }: { tick: TickRecord }): JSX.Element {
  const { by, detail } = tick;
  const { level, text } = tickWords(tick);
  return (
    <>
      <Lamp level={level} text={text} />
      {by === undefined ? null : <span class="muted"> asked for by {by}</span>}
      {detail === undefined ? null : <div class="muted">{detail}</div>}
    </>
  );
}

function LedTo({ tick: { commands, messages, id } }: { tick: TickRecord }): JSX.Element {
  if (commands === undefined || commands.count === 0) return <span class="muted">no command</span>;
  const message = messages?.ids[0] ?? id;
  return <a href={`/commands?message=${encodeURIComponent(message)}`}>{plural(commands.count, "command")}</a>;
}
