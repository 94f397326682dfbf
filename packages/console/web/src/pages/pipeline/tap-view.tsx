import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { count, time } from "../../data/format.ts";
import type { LivePipeline } from "@signalbox/core/control-types";
import { query, setQuery } from "../../router.ts";
import { jsonLine } from "../../ui/json.tsx";
import { Lamp } from "../../ui/lamp.tsx";
import { Panel } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { outcomes } from "./outcomes.ts";
import { type Seen, type TapFeed, useTap } from "./tap-feed.ts";
import { SeenDetail } from "./tap-detail.tsx";

/** What flows, as it flows. */
export function TapView({ pipeline }: { pipeline: LivePipeline }): JSX.Element {
  const stage = query.value.get("stage") ?? "";
  const where = query.value.get("where") ?? "";
  const [isOn, setOn] = useState(true);
  const [nth, setNth] = useState(0);
  const [chosen, setChosen] = useState<Seen>();
  const feed = useTap({ pipeline: pipeline.name, stage, where }, isOn, nth);
  const tools = (
    <div class="row">
      <span class="muted" aria-live="off">
        {count(feed.count)} seen{feed.lost > 0 ? `, ${count(feed.lost)} more came too fast` : ""}
      </span>
      <button type="button" class="button small" aria-pressed={!isOn} onClick={() => setOn(!isOn)}>
        {isOn ? "Pause" : "Go on"}
      </button>
      <button type="button" class="button small" onClick={() => setNth(nth + 1)}>
        Clear
      </button>
    </div>
  );
  return (
    <>
      <Controls pipeline={pipeline} stage={stage} where={where} />
      {feed.problem === undefined ? null : (
        <p class="notice level-bad" role="alert">
          <strong>{feed.problem.message}</strong>
          <span>
            <span class="tag">{feed.problem.code}</span>
          </span>
        </p>
      )}
      <div class={chosen === undefined ? "" : "split"}>
        <Panel title="Live tap" tools={tools}>
          <Entries feed={feed} isOn={isOn} chosen={chosen} choose={setChosen} />
        </Panel>
        {chosen === undefined ? null : (
          <SeenDetail pipeline={pipeline.name} seen={chosen} close={() => setChosen(undefined)} />
        )}
      </div>
    </>
  );
}

interface ControlsProps {
  readonly pipeline: LivePipeline;
  readonly stage: string;
  readonly where: string;
}

function Controls({ pipeline: { steps, sinks }, stage, where }: ControlsProps): JSX.Element {
  const [typed, setTyped] = useState(where);
  const apply = (event: Event): void => {
    event.preventDefault();
    setQuery({ where: typed.trim() });
  };
  return (
    <form class="filters" onSubmit={apply}>
      <label class="field">
        <span>Stage</span>
        <select class="input" value={stage} onChange={(event) => setQuery({ stage: event.currentTarget.value })}>
          <option value="">Every stage</option>
          <option value="source">source</option>
          {[...steps, ...sinks].map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="field where">
        <span>Only messages for which this is true (JSONata)</span>
        <input
          class="input code"
          data-filter
          placeholder="data.temperature > 25"
          value={typed}
          spellcheck={false}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button">
        Apply
      </button>
    </form>
  );
}

interface EntriesProps {
  readonly feed: TapFeed;
  readonly isOn: boolean;
  readonly chosen: Seen | undefined;
  readonly choose: (seen: Seen) => void;
}

function Entries({ feed, isOn, chosen, choose }: EntriesProps): JSX.Element {
  if (feed.seen.length === 0) {
    return (
      <Empty title={isOn ? "Waiting for a message" : "Paused"}>
        <p>{isOn ? "What passes the stage is shown here as it passes." : "Go on to see what passes."}</p>
      </Empty>
    );
  }
  return (
    <ol class="seen-list" aria-label="Messages seen, newest first">
      {feed.seen.map((seen) => {
        const { level, text } = outcomes[seen.outcome];
        return (
          <li key={seen.nth}>
            <button type="button" class="seen" aria-pressed={chosen?.nth === seen.nth} onClick={() => choose(seen)}>
              <span class="seen-time muted">{time(seen.time)}</span>
              <span class="seen-stage ellipsis">{seen.name}</span>
              <Lamp level={level} text={seen.reason === undefined ? text : `${text}: ${seen.reason}`} />
              <span class="seen-body code ellipsis muted">{jsonLine(seen.after ?? seen.before.body)}</span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}
