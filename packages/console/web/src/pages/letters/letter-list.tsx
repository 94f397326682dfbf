import type { DeadLetter, DeadLetterList } from "@signalbox/core/control-types";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { get, queryOf } from "../../data/api.ts";
import { plural } from "../../data/format.ts";
import { useResource } from "../../data/resource.ts";
import { live } from "../../live/live.ts";
import { query } from "../../router.ts";
import { Action } from "../../ui/action.tsx";
import { Filters, type FilterField } from "../../ui/filters.tsx";
import { Page, Panel } from "../../ui/page.tsx";
import { Pager } from "../../ui/pager.tsx";
import { Asked, Empty } from "../../ui/states.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { At } from "../../ui/times.tsx";
import { askPurge, askRedrive } from "./letter-actions.tsx";

const pageSize = 50;
const filterNames = ["pipeline", "sink", "code", "device"] as const;

/** What could not be forwarded and waits for somebody. */
export function LetterList(): JSX.Element {
  const chosen = Object.fromEntries(filterNames.map((name) => [name, query.value.get(name) ?? ""]));
  const after = query.value.get("after") ?? "";
  const asked = queryOf({ ...chosen, after, limit: pageSize });
  const found = useResource(asked, (signal) => get<DeadLetterList>(`dead-letters${asked}`, signal));
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const letters = found.value?.letters ?? [];
  const ids = letters.map(({ id }) => id).filter((id) => marked.has(id));
  const total = live.value?.deadLetters.count;
  const done = (): void => {
    setMarked(new Set());
    found.reload();
  };
  const actions = <ListActions ids={ids} reload={found.reload} done={done} />;
  return (
    <Page
      title="Dead letters"
      lead={total === undefined ? undefined : `${plural(total, "letter")} in all`}
      actions={actions}
    >
      <Filters fields={fields()} />
      <Panel>
        <Asked of={found} what="the dead letters">
          {({ letters, next }) =>
            letters.length === 0 ? (
              <Empty
                title={
                  asked.includes("=") && Object.values(chosen).some((each) => each !== "")
                    ? "No letter fits"
                    : "No dead letters"
                }
              >
                <p>
                  What a sink rejects, or what fails for good, is kept here with everything needed to send it again.
                </p>
              </Empty>
            ) : (
              <>
                <Table
                  label="Dead letters"
                  rows={letters}
                  columns={columnsFor({ letters, marked, mark: setMarked })}
                  rowKey={({ id }) => id}
                />
                <Pager next={next} toFirst="To the newest" toNext="Older ones" />
              </>
            )
          }
        </Asked>
      </Panel>
    </Page>
  );
}

interface ListActionsProps {
  readonly ids: readonly string[];
  readonly reload: () => void;
  readonly done: () => void;
}

function ListActions({ ids, reload, done }: ListActionsProps): JSX.Element {
  const unless = ids.length === 0 ? "Mark some letters first." : undefined;
  return (
    <>
      <Action run={reload} isForViewers>
        Look again
      </Action>
      <Action kind="primary" unless={unless} run={() => askRedrive(ids, done)}>
        Send again ({ids.length})
      </Action>
      <Action kind="danger" unless={unless} run={() => askPurge(ids, done)}>
        Purge ({ids.length})
      </Action>
    </>
  );
}

function fields(): readonly FilterField[] {
  const pipelines = live.value?.pipelines ?? [];
  return [
    { name: "pipeline", title: "Pipeline", options: pipelines.map(({ name }) => name) },
    { name: "sink", title: "Sink" },
    { name: "code", title: "Code" },
    { name: "device", title: "Device" },
  ];
}

interface Marking {
  readonly letters: readonly DeadLetter[];
  readonly marked: ReadonlySet<string>;
  readonly mark: (marked: ReadonlySet<string>) => void;
}

function columnsFor({ letters, marked, mark }: Marking): readonly Column<DeadLetter>[] {
  const areAll = letters.every(({ id }) => marked.has(id));
  const all = (
    <input
      type="checkbox"
      aria-label="Mark all shown"
      checked={areAll}
      onChange={() => mark(new Set(areAll ? [] : letters.map(({ id }) => id)))}
    />
  );
  const own = ({ id, ...letter }: DeadLetter): JSX.Element => (
    <input
      type="checkbox"
      aria-label={`Mark the letter of ${placeOf(letter)}, ${id}`}
      checked={marked.has(id)}
      onChange={() => mark(toggled(marked, id))}
    />
  );
  return [
    { key: "mark", title: "Marked", head: all, cell: own },
    { key: "why", title: "Where and why", cell: (letter) => <Why letter={letter} /> },
    {
      key: "device",
      title: "Device",
      cell: ({ original }) => <span class="code">{original.meta.device ?? "–"}</span>,
      isWide: true,
    },
    { key: "tries", title: "Tries", cell: ({ attempts }) => attempts, isNumber: true, isWide: true },
    { key: "died", title: "Died", cell: ({ diedAt }) => <At at={diedAt} /> },
  ];
}

function placeOf({ pipeline, sink }: Pick<DeadLetter, "pipeline" | "sink">): string {
  return sink === undefined ? pipeline : `${pipeline} › ${sink}`;
}

function toggled(marked: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(marked);
  if (!next.delete(id)) next.add(id);
  return next;
}

function Why({ letter }: { letter: DeadLetter }): JSX.Element {
  const { id, code, cause, edit, redrives } = letter;
  return (
    <div class="stack letter-why">
      <a href={`/dead-letters/${encodeURIComponent(id)}`}>
        <strong>{placeOf(letter)}</strong>
      </a>
      <span class="clamp">{cause}</span>
      <span class="row">
        <span class="tag">{code}</span>
        {edit === undefined ? null : <span class="tag">edited</span>}
        {redrives.length === 0 ? null : <span class="tag">{plural(redrives.length, "redrive")}</span>}
      </span>
    </div>
  );
}
