import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { live } from "../../live/live.ts";
import type { LivePipeline } from "@signalbox/core/control-types";
import { query, setQuery } from "../../router.ts";
import { Panel } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { sorted, Table } from "../../ui/table.tsx";
import { columns, type PipelineRow, rowsOf } from "./pipeline-columns.tsx";

/** Every pipeline with its figures; what the reader filters and sorts by is in the address. */
export function PipelineList(): JSX.Element {
  const state = live.value;
  const text = query.value.get("filter") ?? "";
  const level = query.value.get("state") ?? "";
  const key = query.value.get("sort") ?? "state";
  const isDown = query.value.get("order") === "down";
  const all = useMemo(() => (state === undefined ? [] : rowsOf(state.pipelines)), [state]);
  const rows = useMemo(
    () =>
      sorted(
        all.filter((row) => fits(row, text, level)),
        columns,
        { key, isDown },
      ),
    [all, text, level, key, isDown],
  );
  return (
    <Panel
      title={`Pipelines (${rows.length === all.length ? all.length : `${rows.length} of ${all.length}`})`}
      tools={<Tools text={text} level={level} />}
    >
      {rows.length === 0 ? (
        <Nothing isFiltered={all.length > 0} />
      ) : (
        <Table
          label="Pipelines"
          rows={rows}
          columns={columns}
          rowKey={({ pipeline }) => pipeline.name}
          isWindowed
          sorting={{ key, isDown }}
          onSort={(next) => setQuery({ sort: next.key, order: next.isDown ? "down" : undefined })}
        />
      )}
    </Panel>
  );
}

/** What the list is narrowed by. */
function Tools({ text, level }: { text: string; level: string }): JSX.Element {
  return (
    <div class="row">
      <input
        class="input filter"
        type="search"
        data-filter
        aria-label="Filter pipelines"
        placeholder="Filter"
        value={text}
        onInput={(event) => setQuery({ filter: event.currentTarget.value })}
      />
      <select
        class="input filter-state"
        aria-label="State"
        value={level}
        onChange={(event) => setQuery({ state: event.currentTarget.value })}
      >
        <option value="">All states</option>
        <option value="trouble">In trouble</option>
        <option value="flowing">Flowing</option>
        <option value="quiet">Quiet</option>
      </select>
    </div>
  );
}

function Nothing({ isFiltered }: { isFiltered: boolean }): JSX.Element {
  if (live.value?.engine.state === "starting") return <Empty title="The engine is starting" />;
  if (!isFiltered) {
    return (
      <Empty title="No pipelines run">
        <p>
          Put a file into <code>pipelines/</code>; the engine takes it up by itself.
        </p>
      </Empty>
    );
  }
  return (
    <Empty title="No pipeline fits the filter">
      <button type="button" class="button" onClick={() => setQuery({ filter: undefined, state: undefined })}>
        Show all
      </button>
    </Empty>
  );
}

function fits({ pipeline, judged }: PipelineRow, text: string, level: string): boolean {
  if (level === "trouble" && judged.level !== "bad" && judged.level !== "warn") return false;
  if (level === "flowing" && !isFlowing(pipeline)) return false;
  if (level === "quiet" && isFlowing(pipeline)) return false;
  if (text === "") return true;
  const { name, description = "", source, steps, sinks } = pipeline;
  const parts = [source, ...steps, ...sinks].map(({ component }) => component);
  const words = [name, description, ...parts, ...sinks.map((sink) => sink.name)].join(" ").toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => words.includes(word));
}

function isFlowing({ numbers }: LivePipeline): boolean {
  return (numbers.receivedPerSecond ?? 0) > 0 || (numbers.deliveredPerSecond ?? 0) > 0;
}
