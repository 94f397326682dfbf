import type { JSX } from "preact";
import { diffOf } from "../../data/diff.ts";
import { formatPlace } from "../../data/place.ts";
import { pipelineHref } from "../../router.ts";
import { Icon } from "../../ui/icons.tsx";
import { Json } from "../../ui/json.tsx";
import { Lamp } from "../../ui/lamp.tsx";
import { Panel } from "../../ui/page.tsx";
import { At } from "../../ui/times.tsx";
import { outcomes } from "./outcomes.ts";
import type { Seen } from "./tap-feed.ts";

interface DetailProps {
  readonly pipeline: string;
  readonly seen: Seen;
  readonly close: () => void;
}

/** One message at one stage: before, after, and what lies between. */
export function SeenDetail({ pipeline, seen, close }: DetailProps): JSX.Element {
  const { name, outcome, before, after, at, component, cause } = seen;
  const { level, text } = outcomes[outcome];
  const tools = (
    <button type="button" class="button plain small" aria-label="Close" onClick={close}>
      <Icon name="close" />
    </button>
  );
  return (
    <Panel title={<Lamp level={level} text={`${name}: ${text}`} />} tools={tools} class="detail">
      <div class="panel-body stack">
        <dl class="facts">
          <dt>Message</dt>
          <dd class="code">{before.id}</dd>
          {before.meta.device === undefined ? null : (
            <>
              <dt>Device</dt>
              <dd class="code">{before.meta.device}</dd>
            </>
          )}
          <dt>Seen</dt>
          <dd>
            <At at={seen.time} />
          </dd>
          {component === undefined ? null : (
            <>
              <dt>Stage</dt>
              <dd>
                {component} {at === undefined ? null : <code class="muted">{formatPlace(at)}</code>}
              </dd>
            </>
          )}
        </dl>
        {cause === undefined ? null : <p class="notice level-bad">{cause}</p>}
        {after === undefined ? null : <Diff before={before.body} after={after} />}
        <h3>Before</h3>
        <Json value={before.body} label="Body before" />
        {after === undefined ? null : (
          <>
            <h3>After</h3>
            <Json value={after} label="Body after" />
          </>
        )}
        <div class="row">
          <a class="button small" href={`${pipelineHref(pipeline, "why")}&id=${encodeURIComponent(before.id)}`}>
            Why: its whole way
          </a>
        </div>
      </div>
    </Panel>
  );
}

function Diff({ before, after }: { before: unknown; after: unknown }): JSX.Element | null {
  const lines = diffOf(before, after);
  if (lines.length === 0) return null;
  return (
    <>
      <h3>What changed</h3>
      <ul class="json diff">
        {lines.map(({ kind, path, value }) => (
          <li key={kind + path} class={kind === "gone" ? "diff-gone" : "diff-come"}>
            <span aria-hidden="true">{kind === "gone" ? "−" : "+"}</span>
            <span class="sr">{kind === "gone" ? "gone: " : "came: "}</span> {path}: {value}
          </li>
        ))}
      </ul>
    </>
  );
}
