import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { refusalOf } from "../data/api.ts";
import { whyNot } from "../data/session.ts";
import { toast } from "./toasts.tsx";

interface ActionProps {
  readonly children: ComponentChildren;
  /** What is done. Its failure is told, and nothing is lost. */
  readonly run: () => unknown;
  readonly kind?: "primary" | "danger" | "plain";
  readonly isSmall?: boolean;
  /** Why it cannot be done now. A viewer's reason comes first. */
  readonly unless?: string | undefined;
  readonly label?: string;
  /** Looking is for everyone; default false. */
  readonly isForViewers?: boolean;
}

/** A button that acts. While it may not, it says why, and can still be reached by keyboard. */
export function Action(props: ActionProps): JSX.Element {
  const { children, run, kind = "", isSmall = false, label, isForViewers = false } = props;
  const [isBusy, setBusy] = useState(false);
  const reason = (isForViewers ? undefined : whyNot()) ?? props.unless;
  const isOff = reason !== undefined || isBusy;
  const act = async (): Promise<void> => {
    if (isOff) return;
    setBusy(true);
    try {
      await run();
    } catch (error) {
      const { message, code } = refusalOf(error);
      toast({ level: "bad", title: message, detail: code });
    } finally {
      setBusy(false);
    }
  };
  return (
    <button
      type="button"
      class={`button ${kind} ${isSmall ? "small" : ""}`}
      aria-disabled={isOff}
      aria-busy={isBusy}
      aria-label={label}
      title={reason}
      onClick={() => void act()}
    >
      {children}
      {reason === undefined ? null : <span class="sr">: {reason}</span>}
    </button>
  );
}
