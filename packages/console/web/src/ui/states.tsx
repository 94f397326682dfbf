// What a page shows when there is nothing to show: yet, at all, or because something failed.
import type { ComponentChildren, JSX } from "preact";
import type { Refusal } from "../data/api.ts";
import type { Resource } from "../data/resource.ts";
import { Lamp } from "./lamp.tsx";

export function Loading({ what, lines = 4 }: { what: string; lines?: number }): JSX.Element {
  return (
    <div class="panel-body stack" role="status">
      <span class="sr">Loading {what}</span>
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} class={`skeleton skeleton-${index % 3}`} />
      ))}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }): JSX.Element {
  return (
    <div class="state-box">
      <strong>{title}</strong>
      {children}
    </div>
  );
}

export function Failed({ problem, retry }: { problem: Refusal; retry?: (() => void) | undefined }): JSX.Element {
  return (
    <div class="state-box" role="alert">
      <Lamp level="bad" text={problem.status === 0 ? "No answer" : "Refused"} />
      <strong>{sentence(problem.message)}</strong>
      <span class="tag">{problem.code}</span>
      {retry === undefined ? null : (
        <button type="button" class="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Shows what was asked for, or why it is not there. What is there stays while it is asked for again. */
export function Asked<T>({
  of,
  what,
  children,
}: {
  of: Resource<T>;
  what: string;
  children: (value: T) => ComponentChildren;
}): JSX.Element {
  const { value, problem } = of;
  if (value === undefined) {
    return problem === undefined ? <Loading what={what} /> : <Failed problem={problem} retry={of.reload} />;
  }
  return (
    <>
      {problem === undefined ? null : (
        <p class="notice level-warn" role="status">
          Not fresh: {problem.message}
        </p>
      )}
      {children(value)}
    </>
  );
}

export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
