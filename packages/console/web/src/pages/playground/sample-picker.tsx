import type { ShownMessage, TapEntry } from "@signalbox/core/control-types";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { get, queryOf, refusalOf } from "../../data/api.ts";
import { time } from "../../data/format.ts";
import { useResource } from "../../data/resource.ts";
import { events } from "../../data/stream.ts";
import { live } from "../../live/live.ts";
import { toast } from "../../ui/toasts.tsx";

/** What is handed on of a message. */
type Choose = (sample: Pick<ShownMessage, "body" | "meta">) => void;

/** Takes a message of a pipeline as the sample: one that the engine remembers, or the next that comes. */
export function SamplePicker({ choose }: { choose: Choose }): JSX.Element {
  const names = (live.value?.pipelines ?? []).map(({ name }) => name);
  const [pipeline, setPipeline] = useState("");
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
      {pipeline === "" ? null : <Recorded key={pipeline} pipeline={pipeline} choose={choose} />}
      <Next pipeline={pipeline} choose={choose} />
    </div>
  );
}

interface FromProps {
  readonly pipeline: string;
  readonly choose: Choose;
}

const shownMessages = 30;

function Recorded({ pipeline, choose }: FromProps): JSX.Element {
  const asked = queryOf({ pipeline, limit: shownMessages });
  const found = useResource(asked, (signal) => get<readonly ShownMessage[]>(`samples${asked}`, signal));
  const { value: messages = [], problem, isLoading } = found;
  const none = isLoading ? "Looking …" : "None is remembered";
  return (
    <select
      class="input filter-state"
      aria-label="Recorded messages"
      value=""
      disabled={messages.length === 0}
      onChange={(event) => {
        const message = messages.find(({ id }) => id === event.currentTarget.value);
        if (message !== undefined) choose(message);
        event.currentTarget.value = "";
      }}
    >
      <option value="">{messages.length === 0 ? (problem?.message ?? none) : "Take a recorded one …"}</option>
      {messages.map(({ id, meta: { receivedAt, device = id } }) => (
        <option key={id} value={id}>{`${time(receivedAt)} ${device}`}</option>
      ))}
    </select>
  );
}

function Next({ pipeline, choose }: FromProps): JSX.Element {
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
        if (!("lost" in entry)) choose(entry.before);
      }
    } catch (error) {
      if (!reading.signal.aborted) toast({ level: "bad", title: refusalOf(error).message });
    } finally {
      setWaiting(false);
    }
  };
  return isWaiting ? (
    <button type="button" class="button small" onClick={() => gone.current?.abort()}>
      Waiting for a message: stop
    </button>
  ) : (
    <button type="button" class="button small" disabled={pipeline === ""} onClick={() => void take()}>
      Take the next message
    </button>
  );
}
