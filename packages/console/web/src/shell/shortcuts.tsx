import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { go } from "../router.ts";
import { Dialog } from "../ui/dialog.tsx";
import { pages } from "./pages.ts";

export const areShortcutsShown = signal(false);

const chordMs = 1_200;

/** Keys that work on every page. Answers how to stop. */
export function listenForShortcuts(): () => void {
  let goAt = -Infinity;
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]") !== null) return;
    if (event.key === "?") areShortcutsShown.value = true;
    else if (event.key === "/") focusFilter(event);
    else if (event.key === "g") goAt = event.timeStamp;
    else if (event.timeStamp - goAt < chordMs) {
      goAt = -Infinity;
      const page = pages.find(({ key }) => key === event.key);
      if (page !== undefined) go(page.path);
    }
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}

function focusFilter(event: KeyboardEvent): void {
  const filter = document.querySelector<HTMLElement>("[data-filter]");
  if (filter === null) return;
  event.preventDefault();
  filter.focus();
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  // An editor lies in a shadow tree: its host is what the document sees.
  return target.matches("input, textarea, select, [contenteditable], [data-editor]");
}

export function Shortcuts(): JSX.Element | null {
  if (!areShortcutsShown.value) return null;
  const close = (): void => void (areShortcutsShown.value = false);
  return (
    <Dialog title="Keyboard" close={close}>
      <dl class="facts">
        {pages.map(({ key, title }) => (
          <Keys key={key} keys={["g", key]} what={title} />
        ))}
        <Keys keys={["/"]} what="To the filter of the page" />
        <Keys keys={["?"]} what="This list" />
        <Keys keys={["Esc"]} what="Close a window" />
      </dl>
      <div class="actions">
        <button type="button" class="button" onClick={close}>
          Close
        </button>
      </div>
    </Dialog>
  );
}

function Keys({ keys, what }: { keys: readonly string[]; what: string }): JSX.Element {
  return (
    <>
      <dt>
        {keys.map((key, index) => (
          <span key={key}>
            {index > 0 ? " " : ""}
            <kbd>{key}</kbd>
          </span>
        ))}
      </dt>
      <dd>{what}</dd>
    </>
  );
}
