import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Action } from "../../ui/action.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { toast } from "../../ui/toasts.tsx";

/** The expression as a step of a pipeline, for the clipboard: the console writes no files. */
export function CopyStep({ expression }: { expression: string }): JSX.Element {
  const [shown, setShown] = useState<string>();
  const unless = expression.trim() === "" ? "There is no expression." : undefined;
  const copy = (kind: "filter" | "transform"): (() => Promise<void>) => {
    return async () => {
      const step = stepOf(kind, expression);
      if (await isCopied(step)) {
        toast({ level: "ok", title: `Copied as a ${kind}`, detail: "Put it under steps: in the pipeline's file." });
      } else setShown(step);
    };
  };
  return (
    <>
      <Action isForViewers unless={unless} run={copy("filter")}>
        Copy as a filter
      </Action>
      <Action isForViewers unless={unless} run={copy("transform")}>
        Copy as a transform
      </Action>
      {shown === undefined ? null : <ByHand step={shown} close={() => setShown(undefined)} />}
    </>
  );
}

// Browsers give the clipboard to this machine's own pages and to those that come over https.
async function isCopied(text: string): Promise<boolean> {
  const { clipboard } = navigator as { readonly clipboard?: Clipboard };
  if (clipboard === undefined) return false;
  try {
    await clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function ByHand({ step, close }: { step: string; close: () => void }): JSX.Element {
  return (
    <Dialog title="Copy it by hand" close={close}>
      <p>The browser does not give this page the clipboard. Put the step under steps: in the pipeline's file.</p>
      <label class="field">
        <span>Step</span>
        <textarea class="input" rows={8} readOnly value={step} onFocus={(event) => event.currentTarget.select()} />
      </label>
      <div class="actions">
        <button type="button" class="button" onClick={close}>
          Close
        </button>
      </div>
    </Dialog>
  );
}

/** `- filter: |`, and the text below it as it is: a block of YAML needs no quotes. */
export function stepOf(kind: "filter" | "transform", expression: string): string {
  const lines = expression.trimEnd().split("\n");
  return [`  - ${kind}: |`, ...lines.map((line) => (line === "" ? "" : `      ${line}`)), ""].join("\n");
}
