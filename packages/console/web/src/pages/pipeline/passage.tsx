import type { PassageAnswer } from "@signalbox/core/control-types";
import type { JSX } from "preact";
import { formatPlace } from "../../data/place.ts";
import { Json, jsonLine } from "../../ui/json.tsx";
import { Lamp } from "../../ui/lamp.tsx";
import { At } from "../../ui/times.tsx";
import { outcomes } from "./outcomes.ts";

type Stage = PassageAnswer["stages"][number];

/** One time that a message went through the pipeline: a line for each step and sink. */
export function PassageView({ passage, isOpen }: { passage: PassageAnswer; isOpen: boolean }): JSX.Element {
  const { message, stages, ends, isDirect, isOtherRevision } = passage;
  return (
    <details class="panel passage" open={isOpen}>
      <summary>
        <span class="code ellipsis">{message.id}</span>
        <span class="muted">{countsOf(passage)}</span>
        <span class="muted">
          <At at={message.meta.receivedAt} />
        </span>
      </summary>
      <div class="panel-body stack">
        {isOtherRevision ? (
          <p class="notice level-warn">The pipeline has changed since: this is what the new revision makes of it.</p>
        ) : null}
        {isDirect ? <p class="notice">It went straight to a sink, past the steps.</p> : null}
        <ol class="stages">
          {[...stages, ...ends].map((stage, index) => (
            <StageLine key={index} stage={stage} />
          ))}
        </ol>
        <h2 class="small-head">Message as it came</h2>
        <Json value={message.body} label="Body of the message" />
      </div>
    </details>
  );
}

function countsOf({ counts }: PassageAnswer): string {
  if (counts.isOpen) return "under way";
  const parts = [
    [counts.delivered, "delivered"],
    [counts.parked, "parked"],
    [counts.deadLettered, "dead"],
    [counts.discarded, "discarded"],
  ] as const;
  const told = parts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  return told.length === 0 ? "went no further" : told.join(", ");
}

function StageLine({ stage }: { stage: Stage }): JSX.Element {
  const { name, component, outcome, reason, at, condition, saw = [], cause, letter, after } = stage;
  const { level, text } = outcomes[outcome];
  return (
    <li class="stage">
      <div class="stage-head">
        <strong>{name}</strong>
        {component === undefined || component === name ? null : <span class="muted">{component}</span>}
        <Lamp level={level} text={reason === undefined || reason === "false" ? text : `${text}: ${reason}`} />
        {at === undefined ? null : <code class="muted stage-place">{formatPlace(at)}</code>}
      </div>
      {condition === undefined ? null : (
        <div class="stage-condition">
          <code>{condition}</code>
          {saw.map((each) => (
            <span key={each.path} class="tag">
              {each.path} = {"value" in each ? jsonLine(each.value, 60) : "nothing"}
            </span>
          ))}
        </div>
      )}
      {cause === undefined ? null : <p class="level-bad">{cause}</p>}
      {letter === undefined ? null : <a href={`/dead-letters/${encodeURIComponent(letter)}`}>Its dead letter</a>}
      {after === undefined ? null : <code class="stage-after muted">{jsonLine(after)}</code>}
    </li>
  );
}
