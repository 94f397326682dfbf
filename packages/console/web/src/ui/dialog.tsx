import { signal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { refusalOf } from "../data/api.ts";

interface DialogProps {
  readonly title: string;
  readonly close: () => void;
  readonly children: ComponentChildren;
  readonly isWide?: boolean;
}

/** A window over the page. Escape closes it; the browser keeps the focus inside, and gives it back. */
export function Dialog({ title, close, children, isWide = false }: DialogProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog ref={dialog} class={`dialog ${isWide ? "wide" : ""}`} aria-labelledby={id} onClose={close}>
      <div class="dialog-body">
        <h2 id={id}>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}

export interface Question {
  readonly title: string;
  readonly text: ComponentChildren;
  /** What the button says that does it. */
  readonly yes: string;
  readonly isDanger?: boolean;
  /** Asked for with it; what was typed is handed to `run`, and stays when that fails. */
  readonly input?: { readonly label: string; readonly isRequired?: boolean };
  readonly run: (typed: string) => Promise<unknown>;
}

const asked = signal<Question | undefined>(undefined);

/** Asks before something is done. */
export function confirm(question: Question): void {
  asked.value = question;
}

export function Confirmation(): JSX.Element | null {
  return asked.value === undefined ? null : <Asking key={asked.value.title} question={asked.value} />;
}

function Asking({ question }: { question: Question }): JSX.Element {
  const { title, text, yes, isDanger = false, input, run } = question;
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState("");
  const [isBusy, setBusy] = useState(false);
  const close = (): void => void (asked.value = undefined);
  const isReady = !isBusy && (input?.isRequired !== true || typed.trim() !== "");
  const act = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (!isReady) return;
    setBusy(true);
    try {
      await run(typed.trim());
      close();
    } catch (error) {
      setProblem(refusalOf(error).message);
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} close={close}>
      <form class="bare" onSubmit={(event) => void act(event)}>
        <div>{text}</div>
        {input === undefined ? null : (
          <label class="field">
            <span>{input.label}</span>
            <input
              class="input"
              value={typed}
              maxLength={500}
              onInput={(event) => setTyped(event.currentTarget.value)}
            />
          </label>
        )}
        {problem === "" ? null : (
          <p class="notice level-bad" role="alert">
            {problem}
          </p>
        )}
        <div class="actions">
          <button type="button" class="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" class={`button ${isDanger ? "danger" : "primary"}`} disabled={!isReady}>
            {yes}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
