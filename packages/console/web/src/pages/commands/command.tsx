import type { Command } from "@signalbox/core/control-types";
import type { JSX } from "preact";
import { get, post } from "../../data/api.ts";
import { useResource } from "../../data/resource.ts";
import { by } from "../../data/session.ts";
import { pipelineHref } from "../../router.ts";
import { Action } from "../../ui/action.tsx";
import { confirm } from "../../ui/dialog.tsx";
import { Json } from "../../ui/json.tsx";
import { Lamp } from "../../ui/lamp.tsx";
import { Page, Panel } from "../../ui/page.tsx";
import { Asked } from "../../ui/states.tsx";
import { At } from "../../ui/times.tsx";
import { toast } from "../../ui/toasts.tsx";
import { commandLevels, meanings } from "./command-words.ts";

/** One command, with everything that happened to it. */
export function CommandPage({ id }: { id: string }): JSX.Element {
  const path = `commands/${encodeURIComponent(id)}`;
  const found = useResource(path, (signal) => get<Command>(path, signal), { everyMs: 2_000 });
  const lead = (
    <>
      <a href="/commands">All commands</a> · <code>{id}</code>
    </>
  );
  const command = found.value;
  const actions = command === undefined ? undefined : <Actions command={command} path={path} done={found.reload} />;
  return (
    <Page title="Command" lead={lead} actions={actions}>
      <Asked of={found} what="the command">
        {(value) => <Details command={value} />}
      </Asked>
    </Page>
  );
}

interface ActionsProps {
  readonly command: Command;
  readonly path: string;
  readonly done: () => void;
}

function Actions({ command: { state, device }, path, done }: ActionsProps): JSX.Element {
  const isOver = state !== "queued";
  const ask = (what: "cancel" | "resend"): void =>
    confirm({
      title: what === "cancel" ? "Take the command back?" : "Send the command once more?",
      text:
        what === "cancel"
          ? "It is not sent any more. One that has left already cannot be taken back."
          : `${device} gets the same order again. Where the first one arrived, it is carried out twice.`,
      yes: what === "cancel" ? "Take it back" : "Send again",
      isDanger: what === "cancel",
      run: async () => {
        const { state: next } = await post<Command>(`${path}/${what}`, by());
        toast({ level: "ok", title: `The command is ${next}` });
        done();
      },
    });
  return (
    <>
      <Action
        unless={isOver ? `It is ${state}: only what is queued can be taken back.` : undefined}
        run={() => ask("cancel")}
      >
        Cancel it
      </Action>
      <Action
        unless={resendable.has(state) ? undefined : `It is ${state}: only what is unknown or failed can be sent again.`}
        run={() => ask("resend")}
      >
        Send again
      </Action>
    </>
  );
}

const resendable: ReadonlySet<Command["state"]> = new Set(["unknown", "failed"]);

function Details({ command }: { command: Command }): JSX.Element {
  const { state, payload, history } = command;
  return (
    <>
      <Panel
        title={<Lamp level={commandLevels[state]} text={state} />}
        tools={<span class="muted">{meanings[state]}</span>}
      >
        <Facts command={command} />
      </Panel>
      <div class="columns">
        <Panel title="History">
          <ol class="history panel-body">
            {history.map((change, index) => (
              <li key={index}>
                <At at={change.at} />
                <Lamp level={commandLevels[change.state]} text={change.state} />
                {change.detail === undefined ? null : <span>{change.detail}</span>}
                {change.by === undefined ? null : <span class="muted">by {change.by}</span>}
              </li>
            ))}
          </ol>
        </Panel>
        <Panel title="What is sent">
          <div class="panel-body">
            <Json value={payload} label="What is sent" />
          </div>
        </Panel>
      </div>
    </>
  );
}

function Facts({ command }: { command: Command }): JSX.Element {
  const { device, connection, pipeline, sink, message, attempts, maxAttempts, expiresAt, by: person } = command;
  return (
    <dl class="facts panel-body">
      <dt>Device</dt>
      <dd class="code">{device}</dd>
      <dt>Connection</dt>
      <dd>{connection}</dd>
      <dt>From</dt>
      <dd>
        {person === undefined ? (
          <>
            <a href={pipelineHref(pipeline)}>{pipeline}</a> › {sink}
          </>
        ) : (
          `${person}, by hand`
        )}
      </dd>
      <dt>Message</dt>
      <dd class="code">{message}</dd>
      <dt>Tries</dt>
      <dd>
        {attempts} of {maxAttempts}
      </dd>
      {expiresAt === undefined ? null : (
        <>
          <dt>Worth sending until</dt>
          <dd>
            <At at={expiresAt} />
          </dd>
        </>
      )}
    </dl>
  );
}
