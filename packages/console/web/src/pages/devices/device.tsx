import type { CommandList, DeviceDetail } from "@signalbox/core/control-types";
import type { JSX } from "preact";
import { get, queryOf } from "../../data/api.ts";
import { span } from "../../data/format.ts";
import { useResource } from "../../data/resource.ts";
import { Json } from "../../ui/json.tsx";
import { Lamp } from "../../ui/lamp.tsx";
import { Page, Panel } from "../../ui/page.tsx";
import { PipelineLinks } from "../../ui/pipeline-links.tsx";
import { Asked } from "../../ui/states.tsx";
import { Ago, At } from "../../ui/times.tsx";
import { commandLevels } from "../commands/command-words.ts";

type Heard = DeviceDetail["connections"][number];

/** One device: its latest samples, how often they come, what is missing of them, and its commands. */
export function DevicePage({ id }: { id: string }): JSX.Element {
  const path = `devices/${encodeURIComponent(id)}`;
  const found = useResource(path, (signal) => get<DeviceDetail>(path, signal), { everyMs: 5_000 });
  const heading = <span class="code">{id}</span>;
  return (
    <Page title={id} heading={heading} lead={<a href="/devices">All devices</a>}>
      <Asked of={found} what="the device">
        {({ connections }) => connections.map((each) => <Connection key={each.connection} heard={each} />)}
      </Asked>
      <Orders device={id} />
    </Page>
  );
}

function Connection({ heard: { connection, pipelines, streams, gaps } }: { heard: Heard }): JSX.Element {
  return (
    <Panel title={`Heard over ${connection}`}>
      <div class="panel-body stack">
        <p>
          <span class="muted">Asked for by </span>
          {pipelines.length === 0 ? <span class="muted">no pipeline</span> : null}
          <PipelineLinks names={pipelines} />
        </p>
        <div class="columns">
          {streams.map(({ topic, sampleAt, body, cadence, isSilent }) => (
            <section key={topic} class="stack" aria-label={`Topic ${topic}`}>
              <h3 class="row">
                <Lamp level={isSilent ? "warn" : "ok"} text={isSilent ? `${topic}: silent` : topic} />
              </h3>
              <p class="muted">
                <Ago at={sampleAt} />
                {cadence === undefined ? "" : `, usually every ${span(cadence.usualMs)}`}
              </p>
              <Json value={body} label={`Latest sample of ${topic}`} />
            </section>
          ))}
        </div>
        {gaps.length === 0 ? null : (
          <>
            <h3>Missing</h3>
            <ul class="history">
              {gaps.map(({ pipeline, from, until, reason }) => (
                <li key={`${pipeline} ${from}`}>
                  <At at={from} /> to <At at={until} /> <span>{pipeline}</span> <span class="muted">{reason}</span>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </Panel>
  );
}

const shownCommands = 10;

function Orders({ device }: { device: string }): JSX.Element {
  const asked = queryOf({ device, limit: shownCommands });
  const found = useResource(asked, (signal) => get<CommandList>(`commands${asked}`, signal), { everyMs: 5_000 });
  const all = <a href={`/commands?device=${encodeURIComponent(device)}`}>All of them</a>;
  return (
    <Panel title="Latest commands" tools={all}>
      <div class="panel-body">
        <Asked of={found} what="its commands">
          {({ commands }) =>
            commands.length === 0 ? (
              <p class="muted">It was never given a command.</p>
            ) : (
              <ul class="history">
                {commands.map(({ key, state, at, pipeline }) => (
                  <li key={key}>
                    <At at={at} />
                    <Lamp level={commandLevels[state]} text={state} />
                    <a href={`/commands/${encodeURIComponent(key)}`}>{pipeline}</a>
                  </li>
                ))}
              </ul>
            )
          }
        </Asked>
      </div>
    </Panel>
  );
}
