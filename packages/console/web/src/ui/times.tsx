import type { JSX } from "preact";
import { fullTime, relative, time } from "../data/format.ts";
import { now } from "../live/live.ts";

/** "12 s ago", kept true; the time in full in its title. */
export function Ago({ at, none = "–" }: { at: string | number | undefined; none?: string }): JSX.Element {
  if (at === undefined) return <span class="muted">{none}</span>;
  return (
    <time dateTime={new Date(at).toISOString()} title={fullTime(at)}>
      {relative(at, now.value)}
    </time>
  );
}

/** 14:03:22. */
export function At({ at, none = "–" }: { at: string | number | undefined; none?: string }): JSX.Element {
  if (at === undefined) return <span class="muted">{none}</span>;
  return (
    <time class="nowrap" dateTime={new Date(at).toISOString()} title={fullTime(at)}>
      {time(at)}
    </time>
  );
}
