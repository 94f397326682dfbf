import type { TapEntry } from "@signalbox/core/control-types";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { queryOf, refusalOf } from "../../data/api.ts";
import { events } from "../../data/stream.ts";
import { live } from "../../live/live.ts";
import { jsonText } from "../../ui/json.tsx";
import { toast } from "../../ui/toasts.tsx";

/** Takes the next message of a pipeline as the sample. */
export function SamplePicker({ choose }: { choose: (sample: string) => void }): JSX.Element {
  const names = (live.value?.pipelines ?? []).map(({ name }) => name);
  const [pipeline, setPipeline] = useState("");
  const [isWaiting, setWaiting] = useState(false);
  const gone = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => gone.current?.abort(), []);
  const take = async (): Promise<void> => {
    const reading = new AbortController();
    gone.current = reading;
    setWaiting(true);
    try {
      const asked = queryOf({ pipeline, stage: "source", limit: 1 });
      for await (const entry of events<TapEntry>(`tap${asked}`, reading.signal)) {
        if (!("lost" in entry)) choose(jsonText(entry.before.body));
      }
    } catch (error) {
      if (!reading.signal.aborted) toast({ level: "bad", title: refusalOf(error).message });
    } finally {
      setWaiting(false);
    }
  };
  return (
    <div class="row">
      <select
        class="input filter-state"
        aria-label="Pipeline to take a sample of"
        value={pipeline}
        onChange={(event) => setPipeline(event.currentTarget.value)}
      >
        <option value="">From a pipeline …</option>
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      {isWaiting ? (
        <button type="button" class="button small" onClick={() => gone.current?.abort()}>
          Waiting for a message: stop
        </button>
      ) : (
        <button type="button" class="button small" disabled={pipeline === ""} onClick={() => void take()}>
          Take the next message
        </button>
      )}
    </div>
  );
}
