import type { JSX } from "preact";
import { pipelineHref } from "../router.ts";

/** Names of pipelines, each a link to its page. */
export function PipelineLinks({ names }: { names: readonly string[] }): JSX.Element {
  return (
    <>
      {names.map((name, at) => (
        <span key={name}>
          {at > 0 ? ", " : ""}
          <a href={pipelineHref(name)}>{name}</a>
        </span>
      ))}
    </>
  );
}
