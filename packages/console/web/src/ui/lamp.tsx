import type { JSX } from "preact";
import type { Level } from "../live/level.ts";

// A shape for each level beside its colour: nobody has to tell red from green.
const shapes: Readonly<Record<Level, JSX.Element>> = {
  ok: <circle cx="6" cy="6" r="4.5" />,
  warn: <path d="M6 .8 11.6 11H.4Z" />,
  bad: <path d="M6 0l6 6-6 6-6-6Z" />,
  info: <path d="M6 1.5A4.5 4.5 0 0 1 6 10.5Z M6 1.5a4.5 4.5 0 1 0 0 9" fill-opacity=".55" />,
  idle: <circle cx="6" cy="6" r="3.6" fill="none" stroke="currentColor" stroke-width="1.8" />,
};

/** A state: shape, colour and words. `isMute` leaves the words to screen readers. */
export function Lamp({ level, text, isMute = false }: { level: Level; text: string; isMute?: boolean }): JSX.Element {
  return (
    <span class={`lamp level-${level}`} title={isMute ? text : undefined}>
      <svg viewBox="0 0 12 12" fill="currentColor" aria-hidden="true">
        {shapes[level]}
      </svg>
      <span class={isMute ? "sr" : undefined}>{text}</span>
    </span>
  );
}
