import type { Command, CommandList as CommandAnswer } from "@signalbox/core/control-types";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { get, queryOf } from "../../data/api.ts";
import { useResource } from "../../data/resource.ts";
import { live } from "../../live/live.ts";
import { query } from "../../router.ts";
import { Action } from "../../ui/action.tsx";
import { type FilterField, Filters } from "../../ui/filters.tsx";
import { jsonLine } from "../../ui/json.tsx";
import { Lamp } from "../../ui/lamp.tsx";
import { Page, Panel } from "../../ui/page.tsx";
import { Pager } from "../../ui/pager.tsx";
import { Asked, Empty } from "../../ui/states.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { At } from "../../ui/times.tsx";
import { CommandPage } from "./command.tsx";
import { commandLevels, meanings } from "./command-words.ts";
import { SendDialog } from "./send.tsx";

const pageSize = 50;
const filterNames = ["state", "pipeline", "device", "message"] as const;

/** The ledger of commands, or one of them. */
export function CommandsPage({ name }: { name: string }): JSX.Element {
  return name === "" ? <CommandLedger /> : <CommandPage id={name} />;
}

function CommandLedger(): JSX.Element {
  const [isSending, setSending] = useState(false);
  const chosen = Object.fromEntries(filterNames.map((name) => [name, query.value.get(name) ?? ""]));
  const after = query.value.get("after") ?? "";
  const asked = queryOf({ ...chosen, after, limit: pageSize });
  const found = useResource(asked, (signal) => get<CommandAnswer>(`commands${asked}`, signal), {
    ...(after === "" && { everyMs: 3_000 }),
  });
  const isFiltered = Object.values(chosen).some((each) => each !== "");
  const send = (
    <Action kind="primary" run={() => setSending(true)}>
      Send a command
    </Action>
  );
  return (
    <Page title="Commands" lead="Every order to a device, and what became of it." actions={send}>
      <Filters fields={fields()} />
      <Panel>
        <Asked of={found} what="the commands">
          {({ commands, next }) =>
            commands.length === 0 ? (
              <Empty title={isFiltered ? "No command fits" : "No commands yet"} />
            ) : (
              <>
                <Table label="Commands" rows={commands} columns={columns} rowKey={({ key }) => key} />
                <Pager next={next} toFirst="To the newest" toNext="Older ones" />
              </>
            )
          }
        </Asked>
      </Panel>
      {isSending ? <SendDialog close={() => setSending(false)} sent={found.reload} /> : null}
    </Page>
  );
}

function fields(): readonly FilterField[] {
  const pipelines = live.value?.pipelines ?? [];
  return [
    { name: "state", title: "State", options: Object.keys(meanings) },
    { name: "pipeline", title: "Pipeline", options: pipelines.map(({ name }) => name) },
    { name: "device", title: "Device" },
    { name: "message", title: "Message" },
  ];
}

const columns: readonly Column<Command>[] = [
  { key: "state", title: "State", cell: (command) => <State command={command} /> },
  {
    key: "device",
    title: "Device",
    cell: ({ key, device, state }) => (
      <a class="code" href={`/commands/${encodeURIComponent(key)}`} aria-label={`Command to ${device}, ${state}`}>
        {device}
      </a>
    ),
  },
  {
    key: "from",
    title: "From",
    cell: ({ by, pipeline, sink }) => (by === undefined ? `${pipeline} › ${sink}` : `${by}, by hand`),
    isWide: true,
  },
  {
    key: "what",
    title: "What",
    cell: ({ payload }) => <code class="muted clamp">{jsonLine(payload, 90)}</code>,
    isWide: true,
  },
  { key: "when", title: "When", cell: ({ at }) => <At at={at} /> },
];

function State({ command: { state, history } }: { command: Command }): JSX.Element {
  const detail = history.at(-1)?.detail;
  return (
    <>
      <Lamp level={commandLevels[state]} text={state} />
      {detail === undefined ? null : <div class="muted name-note clamp">{detail}</div>}
    </>
  );
}
