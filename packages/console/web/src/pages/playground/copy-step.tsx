import type { JSX } from "preact";
import { Action } from "../../ui/action.tsx";
import { toast } from "../../ui/toasts.tsx";

/** The expression as a step of a pipeline, for the clipboard: the console writes no files. */
export function CopyStep({ expression }: { expression: string }): JSX.Element {
  const unless = expression.trim() === "" ? "There is no expression." : undefined;
  const copy = (kind: "filter" | "transform"): (() => Promise<void>) => {
    return async () => {
      await navigator.clipboard.writeText(stepOf(kind, expression));
      toast({ level: "ok", title: `Copied as a ${kind}`, detail: "Put it under steps: in the pipeline's file." });
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
    </>
  );
}

/** `- filter: |`, and the text below it as it is: a block of YAML needs no quotes. */
export function stepOf(kind: "filter" | "transform", expression: string): string {
  const lines = expression.trimEnd().split("\n");
  return [`  - ${kind}: |`, ...lines.map((line) => (line === "" ? "" : `      ${line}`)), ""].join("\n");
}
