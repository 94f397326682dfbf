// What an action led to, told beside the page.
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import type { Level } from "../live/level.ts";
import { Icon } from "./icons.tsx";

export interface Toast {
  readonly level: Extract<Level, "ok" | "bad" | "info">;
  readonly title: string;
  readonly detail?: string;
}

const shownMs = 7_000;
const mostToasts = 4;

const shown = signal<readonly (Toast & { readonly id: number })[]>([]);
let lastId = 0;

/** Failures stay until they are taken away; the rest goes by itself. */
export function toast(what: Toast): void {
  lastId += 1;
  const id = lastId;
  shown.value = [...shown.value, { ...what, id }].slice(-mostToasts);
  if (what.level !== "bad") window.setTimeout(() => remove(id), shownMs);
}

function remove(id: number): void {
  shown.value = shown.value.filter((each) => each.id !== id);
}

export function Toasts(): JSX.Element {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {shown.value.map(({ id, level, title, detail }) => (
        <div key={id} class={`toast level-${level}`}>
          <div>
            <strong>{title}</strong>
            {detail === undefined ? null : <div class="muted">{detail}</div>}
          </div>
          <button type="button" class="button plain small" aria-label="Take away" onClick={() => remove(id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
