import type { ScheduleInfo, TickRecord } from "@signalbox/core/control-types";
import type { JSX } from "preact";
import { get } from "../../data/api.ts";
import { useResource } from "../../data/resource.ts";
import { byLevel, type Level } from "../../live/level.ts";
import { Lamp } from "../../ui/lamp.tsx";
import { Page, Panel } from "../../ui/page.tsx";
import { Asked, Empty } from "../../ui/states.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Ago, At } from "../../ui/times.tsx";
import { ScheduleActions } from "./schedule-actions.tsx";
import { SchedulePage } from "./schedule.tsx";
import { tickWords } from "./tick-words.ts";

type Summary = Omit<ScheduleInfo, "open" | "last">;

/** Every schedule, or one with its ticks. */
export function SchedulesPage({ name }: { name: string }): JSX.Element {
  return name === "" ? <ScheduleList /> : <SchedulePage name={name} />;
}

const levels: Readonly<Record<Summary["state"], Level>> = { active: "ok", paused: "warn", retired: "idle" };

function ScheduleList(): JSX.Element {
  const found = useResource("schedules", (signal) => get<readonly Summary[]>("schedules", signal), { everyMs: 5_000 });
  return (
    <Page title="Schedules" lead="What the clock starts: when it was due, when it ran, and what is next.">
      <Panel>
        <Asked of={found} what="the schedules">
          {(all) =>
            all.length === 0 ? (
              <Empty title="No pipeline has a schedule">
                <p>
                  One with <code>source: schedule</code> is listed here.
                </p>
              </Empty>
            ) : (
              <List schedules={all} reload={found.reload} />
            )
          }
        </Asked>
      </Panel>
    </Page>
  );
}

function List({ schedules, reload }: { schedules: readonly Summary[]; reload: () => void }): JSX.Element {
  const sorted = schedules.toSorted(
    (a, b) => byLevel(levels[a.state], levels[b.state]) || (a.next[0] ?? 0) - (b.next[0] ?? 0),
  );
  return <Table label="Schedules" rows={sorted} columns={columnsFor(reload)} rowKey={({ pipeline }) => pipeline} />;
}

function columnsFor(reload: () => void): readonly Column<Summary>[] {
  return [
    { key: "schedule", title: "Schedule", cell: (schedule) => <Name schedule={schedule} /> },
    { key: "plan", title: "Plan", cell: ({ plan }) => plan, isWide: true },
    {
      key: "next",
      title: "Next",
      cell: ({ state, next }) => (state === "active" ? <NextTick at={next[0]} /> : <span class="muted">{state}</span>),
    },
    {
      key: "latest",
      title: "Latest",
      cell: ({ pipeline, next }) => <Latest pipeline={pipeline} nextAt={next[0]} />,
      isWide: true,
    },
    {
      key: "actions",
      title: "Actions",
      cell: (schedule) =>
        schedule.state === "retired" ? null : <ScheduleActions schedule={schedule} done={reload} isSmall />,
      isNumber: true,
    },
  ];
}

function Name({ schedule: { pipeline, state, pause } }: { schedule: Summary }): JSX.Element {
  return (
    <div class="name">
      <Lamp level={levels[state]} text={state} isMute />
      <div class="name-text">
        <a href={`/schedules/${encodeURIComponent(pipeline)}`}>{pipeline}</a>
        {pause === undefined ? null : (
          <span class="name-note level-warn">
            paused by {pause.by}: {pause.why}
          </span>
        )}
      </div>
    </div>
  );
}

function NextTick({ at }: { at: number | undefined }): JSX.Element {
  if (at === undefined) return <span class="muted">none any more</span>;
  return (
    <>
      <Ago at={at} />{" "}
      <span class="muted narrow-hide">
        <At at={at} />
      </span>
    </>
  );
}

/** Its latest tick, asked for again when the next one is due. */
function Latest({ pipeline, nextAt }: { pipeline: string; nextAt: number | undefined }): JSX.Element {
  const path = `schedules/${encodeURIComponent(pipeline)}/ticks?limit=1`;
  const found = useResource(`${path} ${nextAt ?? ""}`, (signal) => get<readonly TickRecord[]>(path, signal));
  const [tick] = found.value ?? [];
  if (tick === undefined) return <span class="muted">{found.isLoading ? "" : "never"}</span>;
  const { level, text } = tickWords(tick);
  return (
    <span class="row">
      <Lamp level={level} text={text} />
      <span class="muted">
        <Ago at={tick.plannedAt} />
      </span>
    </span>
  );
}
