import type { Command, CommandList as CommandAnswer } from "@signalbox/core/control-types";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { get, queryOf } from "../../data/api.ts";
import { useResource } from "../../data/resource.ts";
import { live } from "../../live/live.ts";
import { query, setQuery } from "../../router.ts";
import { Action } from "../../ui/action.tsx";
import { type FilterField, Filters } from "../../ui/filters.tsx";
import { jsonLine } from "../../ui/json.tsx";
import { Lamp } from "../../ui/lamp.tsx";
import { Page, Panel } from "../../ui/page.tsx";
import { Asked, Empty } from "../../ui/states.tsx";
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
  const isNewest = after === "";
  const found = useResource(asked, (signal) => get<CommandAnswer>(`commands${asked}`, signal), {
    ...(isNewest && { everyMs: 3_000 }),
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
                <Rows commands={commands} />
                <More next={next} isNewest={isNewest} />
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

function More({ next, isNewest }: { next: string | undefined; isNewest: boolean }): JSX.Element | null {
  if (next === undefined && isNewest) return null;
  return (
    <div class="panel-body row">
      {isNewest ? null : (
        <button type="button" class="button small" onClick={() => setQuery({ after: undefined })}>
          To the newest
        </button>
      )}
      {next === undefined ? null : (
        <button type="button" class="button small" onClick={() => setQuery({ after: next })}>
          Older ones
        </button>
      )}
    </div>
  );
}

function Rows({ commands }: { commands: readonly Command[] }): JSX.Element {
  return (
    <div class="table-wrap" tabIndex={0} role="region" aria-label="Commands">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Device</th>
            <th scope="col" class="narrow-hide">
              From
            </th>
            <th scope="col" class="narrow-hide">
              What
            </th>
            <th scope="col">When</th>
          </tr>
        </thead>
        <tbody>
          {commands.map((command) => (
            <Row key={command.key} command={command} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ command }: { command: Command }): JSX.Element {
  const { key, state, device, pipeline, sink, payload, at, by, history } = command;
  const detail = history.at(-1)?.detail;
  return (
    <tr>
      <td>
        <Lamp level={commandLevels[state]} text={state} />
        {detail === undefined ? null : <div class="muted name-note clamp">{detail}</div>}
      </td>
      <td>
        <a class="code" href={`/commands/${encodeURIComponent(key)}`} aria-label={`Command to ${device}, ${state}`}>
          {device}
        </a>
      </td>
      <td class="narrow-hide">{by === undefined ? `${pipeline} › ${sink}` : `${by}, by hand`}</td>
      <td class="narrow-hide">
        <code class="muted clamp">{jsonLine(payload, 90)}</code>
      </td>
      <td>
        <At at={at} />
      </td>
    </tr>
  );
}
