import type { DeadLetter, DeadLetterList } from "@signalbox/core/control-types";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { get, queryOf } from "../../data/api.ts";
import { plural } from "../../data/format.ts";
import { useResource } from "../../data/resource.ts";
import { live } from "../../live/live.ts";
import { query, setQuery } from "../../router.ts";
import { Action } from "../../ui/action.tsx";
import { Filters, type FilterField } from "../../ui/filters.tsx";
import { Page, Panel } from "../../ui/page.tsx";
import { Asked, Empty } from "../../ui/states.tsx";
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
                <Rows letters={letters} marked={marked} mark={setMarked} />
                <More next={next} />
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

function More({ next }: { next: string | undefined }): JSX.Element | null {
  const isLater = query.value.has("after");
  if (next === undefined && !isLater) return null;
  return (
    <div class="panel-body row">
      {isLater ? (
        <button type="button" class="button small" onClick={() => setQuery({ after: undefined })}>
          To the newest
        </button>
      ) : null}
      {next === undefined ? null : (
        <button type="button" class="button small" onClick={() => setQuery({ after: next })}>
          Older ones
        </button>
      )}
    </div>
  );
}

interface RowsProps {
  readonly letters: readonly DeadLetter[];
  readonly marked: ReadonlySet<string>;
  readonly mark: (marked: ReadonlySet<string>) => void;
}

function Rows({ letters, marked, mark }: RowsProps): JSX.Element {
  const areAll = letters.every(({ id }) => marked.has(id));
  return (
    <div class="table-wrap" tabIndex={0} role="region" aria-label="Dead letters">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">
              <input
                type="checkbox"
                aria-label="Mark all shown"
                checked={areAll}
                onChange={() => mark(new Set(areAll ? [] : letters.map(({ id }) => id)))}
              />
            </th>
            <th scope="col">Where and why</th>
            <th scope="col" class="narrow-hide">
              Device
            </th>
            <th scope="col" class="narrow-hide num">
              Tries
            </th>
            <th scope="col">Died</th>
          </tr>
        </thead>
        <tbody>
          {letters.map((letter) => (
            <LetterRow
              key={letter.id}
              letter={letter}
              isMarked={marked.has(letter.id)}
              toggle={() => mark(toggled(marked, letter.id))}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function toggled(marked: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(marked);
  if (!next.delete(id)) next.add(id);
  return next;
}

interface RowProps {
  readonly letter: DeadLetter;
  readonly isMarked: boolean;
  readonly toggle: () => void;
}

function LetterRow({ letter, isMarked, toggle }: RowProps): JSX.Element {
  const { id, pipeline, sink, code, cause, attempts, diedAt, original, edit, redrives } = letter;
  const place = sink === undefined ? pipeline : `${pipeline} › ${sink}`;
  return (
    <tr>
      <td>
        <input type="checkbox" aria-label={`Mark the letter of ${place}, ${id}`} checked={isMarked} onChange={toggle} />
      </td>
      <td>
        <div class="stack letter-why">
          <a href={`/dead-letters/${encodeURIComponent(id)}`}>
            <strong>{place}</strong>
          </a>
          <span class="clamp">{cause}</span>
          <span class="row">
            <span class="tag">{code}</span>
            {edit === undefined ? null : <span class="tag">edited</span>}
            {redrives.length === 0 ? null : <span class="tag">{plural(redrives.length, "redrive")}</span>}
          </span>
        </div>
      </td>
      <td class="narrow-hide code">{original.meta.device ?? "–"}</td>
      <td class="narrow-hide num">{attempts}</td>
      <td>
        <At at={diedAt} />
      </td>
    </tr>
  );
}
