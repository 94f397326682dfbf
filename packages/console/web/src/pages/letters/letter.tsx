import type { DeadLetter } from "@signalbox/core/control-types";
import type { JSX } from "preact";
import { get } from "../../data/api.ts";
import { formatPlace } from "../../data/place.ts";
import { type Resource, useResource } from "../../data/resource.ts";
import { go, pipelineHref } from "../../router.ts";
import { Action } from "../../ui/action.tsx";
import { confirm } from "../../ui/dialog.tsx";
import { Json } from "../../ui/json.tsx";
import { Page, Panel } from "../../ui/page.tsx";
import { Asked, sentence } from "../../ui/states.tsx";
import { At } from "../../ui/times.tsx";
import { askPurge, redrive } from "./letter-actions.tsx";
import { EditPanel } from "./letter-edit.tsx";
import { PreviewPanel } from "./letter-preview.tsx";

/** One dead letter: why it died, its messages, and what can be done about it. */
export function LetterPage({ id }: { id: string }): JSX.Element {
  const found = useResource(id, (signal) => get<DeadLetter>(`dead-letters/${encodeURIComponent(id)}`, signal));
  const lead = (
    <>
      <a href="/dead-letters">All dead letters</a> · <code>{id}</code>
    </>
  );
  return (
    <Page title="Dead letter" lead={lead} actions={<Actions found={found} id={id} />}>
      <Asked of={found} what="the dead letter">
        {(letter) => <Letter letter={letter} reload={found.reload} />}
      </Asked>
    </Page>
  );
}

function Actions({ found: { value }, id }: { found: Resource<DeadLetter>; id: string }): JSX.Element | null {
  if (value === undefined) return null;
  const send = (to: "pipeline" | "sink"): void =>
    confirm({
      title: to === "sink" ? "Send straight to the sink?" : "Send through the pipeline?",
      text:
        to === "sink"
          ? "The sink is given the message as it was shaped for it, past the steps. The other sinks are not written."
          : "The message begins again at the source's end: every step and every sink sees it.",
      yes: "Send again",
      run: async () => {
        await redrive([id], to);
        go("/dead-letters");
      },
    });
  const noSink = value.sink === undefined ? "It failed before any sink was due to get it." : undefined;
  return (
    <>
      <Action kind="primary" run={() => send("pipeline")}>
        Send through the pipeline
      </Action>
      <Action unless={noSink} run={() => send("sink")}>
        Straight to the sink
      </Action>
      <Action kind="danger" run={() => askPurge([id], () => go("/dead-letters"))}>
        Purge
      </Action>
    </>
  );
}

function Letter({ letter, reload }: { letter: DeadLetter; reload: () => void }): JSX.Element {
  const { code, cause, hint, original, shaped, edit } = letter;
  return (
    <>
      <div class="notice level-bad">
        <strong>{sentence(cause)}</strong>
        {hint === undefined ? null : <span>{sentence(hint)}</span>}
        <span>
          <span class="tag">{code}</span>
        </span>
      </div>
      <Panel title="What is known">
        <Facts letter={letter} />
      </Panel>
      <div class="columns">
        <Panel title="As the source gave it">
          <div class="panel-body stack">
            <Json value={original.body} label="Body as the source gave it" />
            <details>
              <summary>What the engine knows about it</summary>
              <Json value={original.meta} label="Metadata" />
            </details>
          </div>
        </Panel>
        {shaped === undefined ? null : (
          <Panel title="As the sink was to get it">
            <div class="panel-body">
              <Json value={shaped.body} label="Body as the sink was to get it" />
            </div>
          </Panel>
        )}
      </div>
      <EditPanel key={`${letter.id} ${edit?.nth ?? 0}`} letter={letter} done={reload} />
      <PreviewPanel letter={letter} />
    </>
  );
}

function Facts({ letter }: { letter: DeadLetter }): JSX.Element {
  const { pipeline, sink, at, attempts, diedAt, original, redrives, revision } = letter;
  return (
    <dl class="facts panel-body">
      <dt>Pipeline</dt>
      <dd>
        <a href={pipelineHref(pipeline)}>{pipeline}</a> {sink === undefined ? "" : `› ${sink}`}{" "}
        <span class="muted">
          revision <code>{revision.slice(0, 8)}</code>
        </span>
      </dd>
      {at === undefined ? null : (
        <>
          <dt>Place</dt>
          <dd>
            <code>{formatPlace(at)}</code>
          </dd>
        </>
      )}
      <dt>Died</dt>
      <dd>
        <At at={diedAt} />, after {attempts} {attempts === 1 ? "try" : "tries"}
      </dd>
      <dt>Message</dt>
      <dd>
        <code>{original.id}</code>{" "}
        <a href={`${pipelineHref(pipeline, "why")}&id=${encodeURIComponent(original.id)}`}>Why</a>
      </dd>
      {redrives.length === 0 ? null : (
        <>
          <dt>Sent again</dt>
          <dd>
            {redrives.map(({ at, by, to, outcome }) => (
              <div key={at}>
                <At at={at} /> by {by}, {to === "sink" ? "to the sink" : "through the pipeline"}:{" "}
                {outcome ?? "under way"}
              </div>
            ))}
          </dd>
        </>
      )}
    </dl>
  );
}
