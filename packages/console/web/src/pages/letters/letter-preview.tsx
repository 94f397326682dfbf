import type { DeadLetter, Preview, PreviewResult } from "@signalbox/core/control-types";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { get } from "../../data/api.ts";
import { Action } from "../../ui/action.tsx";
import { Json } from "../../ui/json.tsx";
import { Lamp } from "../../ui/lamp.tsx";
import { Panel } from "../../ui/page.tsx";

/** What would become of the message, without writing anything. */
export function PreviewPanel({ letter }: { letter: DeadLetter }): JSX.Element {
  const [preview, setPreview] = useState<Preview>();
  const look = async (to: "pipeline" | "sink"): Promise<void> => {
    const path = `dead-letters/${encodeURIComponent(letter.id)}/preview?to=${to}`;
    setPreview(await get<Preview>(path));
  };
  const tools = (
    <div class="row">
      <Action isSmall isForViewers run={() => look("pipeline")}>
        Through the pipeline
      </Action>
      {letter.sink === undefined ? null : (
        <Action isSmall isForViewers run={() => look("sink")}>
          Straight to the sink
        </Action>
      )}
    </div>
  );
  return (
    <Panel title="Preview" tools={tools}>
      <div class="panel-body stack" aria-live="polite">
        {preview === undefined ? (
          <p class="muted">Tells what sending it again would lead to; nothing is written.</p>
        ) : (
          <>
            {preview.results.map((result, index) => (
              <Result key={index} result={result} />
            ))}
            {preview.notes.map((note) => (
              <p key={note} class="muted">
                {note}
              </p>
            ))}
          </>
        )}
      </div>
    </Panel>
  );
}

function Result({ result }: { result: PreviewResult }): JSX.Element {
  const where = result.sink ?? "before any sink";
  if (result.status === "written") {
    return (
      <div class="stack">
        <Lamp level="ok" text={`${where}: would be written`} />
        <Json value={result.body} label={`What ${where} would get`} />
      </div>
    );
  }
  if (result.status === "discarded") return <Lamp level="idle" text={`${where}: discarded, ${result.reason}`} />;
  return (
    <div class="stack">
      <Lamp level="bad" text={`${where}: would die again, ${result.code}`} />
      <span>{result.cause}</span>
    </div>
  );
}
