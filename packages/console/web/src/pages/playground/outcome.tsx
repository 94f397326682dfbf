import type { JSX } from "preact";
import { Json } from "../../ui/json.tsx";
import { Lamp } from "../../ui/lamp.tsx";
import type { Tried } from "./playground.tsx";

/** The result, or what is wrong and where. */
export function Outcome({ tried: { answer, problem } }: { tried: Tried }): JSX.Element {
  if (problem !== undefined) {
    return (
      <div class="panel-body" role="status">
        <p class="notice level-bad">{problem}</p>
      </div>
    );
  }
  if (answer === undefined) {
    return (
      <div class="panel-body">
        <p class="muted">The result comes as you type.</p>
      </div>
    );
  }
  const { error, hasResult, result, problems } = answer;
  return (
    <div class="panel-body stack" role="status">
      {error === undefined ? null : (
        <div class="notice level-bad">
          <strong>{error.message}</strong>
          <span>
            line {error.line}, column {error.column} <span class="tag">{error.code}</span>
          </span>
        </div>
      )}
      {hasResult ? <Json value={result} label="Result" /> : null}
      {!hasResult && error === undefined ? (
        <Lamp level="idle" text="It gives nothing: a filter would discard the message." />
      ) : null}
      {problems
        .filter(({ message }) => message !== error?.message)
        .map((each) => (
          <p
            key={`${each.line} ${each.column} ${each.code}`}
            class={`notice level-${each.severity === "error" ? "bad" : "warn"}`}
          >
            {each.message} (line {each.line}, column {each.column})
          </p>
        ))}
    </div>
  );
}
