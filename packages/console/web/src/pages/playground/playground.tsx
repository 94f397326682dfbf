import type { PlaygroundAnswer } from "@signalbox/core/control-types";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { refusalOf, send } from "../../data/api.ts";
import { by, whyNot } from "../../data/session.ts";
import { EditorHost } from "../../editor/host.tsx";
import { jsonText } from "../../ui/json.tsx";
import { Page, Panel } from "../../ui/page.tsx";
import { At } from "../../ui/times.tsx";
import { CopyStep } from "./copy-step.tsx";
import { Outcome } from "./outcome.tsx";
import { SamplePicker } from "./sample-picker.tsx";
import { type Kept, kept, keep } from "./kept.ts";

const typingMs = 200;

/** What became of the text that stands there. */
export interface Tried {
  readonly answer?: PlaygroundAnswer;
  /** Why it could not be tried. */
  readonly problem?: string;
  readonly isBusy: boolean;
}

/** JSONata on a sample, tried as it is typed. */
export function PlaygroundPage(): JSX.Element {
  const [typed, setTyped] = useState(kept);
  const { expression, sample, meta } = typed;
  const tried = useTried(typed);
  useEffect(() => keep(typed), [typed]);
  const change = (part: Partial<Kept>): void => setTyped((before) => ({ ...before, ...part }));
  const { answer } = tried;
  const marks = [...(answer?.error === undefined ? [] : [answer.error]), ...(answer?.problems ?? [])];
  return (
    <Page
      title="Playground"
      lead="Try an expression on a sample. Nothing of the engine changes."
      actions={<CopyStep expression={expression} />}
    >
      <div class="playground">
        <Panel title="Expression (JSONata)">
          <EditorHost
            language="jsonata"
            label="Expression"
            text={expression}
            marks={marks}
            onChange={(text) => change({ expression: text })}
            hint="data.temperature > 25"
            class="editor-small"
          />
        </Panel>
        <Panel title="Result" tools={<Timing tried={tried} />}>
          <Outcome tried={tried} />
        </Panel>
        <Panel
          title="Sample ($)"
          tools={<SamplePicker choose={({ body, meta }) => change({ sample: jsonText(body), meta })} />}
          class="playground-sample"
        >
          {meta === undefined ? null : (
            <p class="panel-note muted">
              <code>$meta</code> is that of a message of {meta.pipeline}, received at <At at={meta.receivedAt} />
            </p>
          )}
          <EditorHost
            language="json"
            label="Sample"
            text={sample}
            onChange={(text) => change({ sample: text })}
            class="editor-small"
          />
        </Panel>
      </div>
    </Page>
  );
}

function Timing({ tried: { answer, isBusy } }: { tried: Tried }): JSX.Element {
  if (answer === undefined || isBusy) return <span class="muted">{isBusy ? "trying …" : ""}</span>;
  return <span class="muted">{answer.durationMs.toFixed(2)} ms</span>;
}

/** Tries what stands there once typing pauses; an answer to an older text is not shown. */
function useTried(typed: Kept): Tried {
  const [tried, setTried] = useState<Tried>({ isBusy: false });
  const reason = whyNot();
  useEffect(() => {
    if (reason !== undefined || typed.expression.trim() === "") {
      setTried({ isBusy: false, ...(reason !== undefined && { problem: reason }) });
      return undefined;
    }
    const gone = new AbortController();
    const timer = window.setTimeout(() => {
      setTried((before) => ({ ...before, isBusy: true }));
      void tryOnce(typed, gone.signal).then((next) => {
        if (!gone.signal.aborted) setTried({ ...next, isBusy: false });
      });
    }, typingMs);
    return () => {
      gone.abort();
      window.clearTimeout(timer);
    };
  }, [typed, reason]);
  return tried;
}

async function tryOnce({ expression, sample, meta }: Kept, signal: AbortSignal): Promise<Omit<Tried, "isBusy">> {
  let input: unknown;
  try {
    input = sample.trim() === "" ? null : JSON.parse(sample);
  } catch (error) {
    return { problem: `The sample is no JSON: ${error instanceof Error ? error.message : ""}` };
  }
  const asked = { expression, input, ...(meta !== undefined && { meta }), ...by() };
  for (;;) {
    try {
      return { answer: await send<PlaygroundAnswer>("/api/v1/playground", asked, signal) };
    } catch (error) {
      const { code, message } = refusalOf(error);
      if (code !== "CONTROL_PLAYGROUND_BUSY" || signal.aborted) return { problem: message };
      // Others are being tried, this page's older texts among them: this one waits for its turn.
      await new Promise((resolve) => void window.setTimeout(resolve, typingMs));
    }
  }
}
