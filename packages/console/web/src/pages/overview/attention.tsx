import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { type Concern, concerns } from "../../live/concerns.ts";
import { Icon } from "../../ui/icons.tsx";
import { Lamp } from "../../ui/lamp.tsx";
import { Panel } from "../../ui/page.tsx";

const shownFirst = 6;

/** What needs a person, first of all; one quiet line when nothing does. */
export function Attention(): JSX.Element {
  const [isAll, setAll] = useState(false);
  const all = concerns.value;
  if (all.length === 0) {
    return (
      <Panel label="Needs attention">
        <p class="all-well">
          <Lamp level="ok" text="Nothing needs attention" />
          <span class="muted">Everything runs, nothing waits for somebody.</span>
        </p>
      </Panel>
    );
  }
  const rest = all.length - shownFirst;
  return (
    <Panel title="Needs attention" class="attention">
      <ul>
        {(isAll ? all : all.slice(0, shownFirst)).map((concern) => (
          <li key={concern.key}>
            <Row concern={concern} />
          </li>
        ))}
      </ul>
      {rest <= 0 ? null : (
        <div class="panel-body">
          <button type="button" class="button small" aria-expanded={isAll} onClick={() => setAll(!isAll)}>
            {isAll ? "Show fewer" : `Show ${rest} more`}
          </button>
        </div>
      )}
    </Panel>
  );
}

function Row({ concern: { level, title, detail, href } }: { concern: Concern }): JSX.Element {
  const content = (
    <>
      <Lamp level={level} text={level === "bad" ? "grave" : "look"} isMute />
      <span class="attention-text">
        <strong>{title}</strong>
        {detail === undefined ? null : <span class="muted">{detail}</span>}
      </span>
    </>
  );
  if (href === undefined) return <div class="attention-row">{content}</div>;
  return (
    <a class="attention-row" href={href}>
      {content}
      <Icon name="right" />
    </a>
  );
}
