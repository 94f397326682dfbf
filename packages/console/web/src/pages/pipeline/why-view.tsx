import type { WhyAnswer } from "@signalbox/core/control-types";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { get, queryOf } from "../../data/api.ts";
import { relative } from "../../data/format.ts";
import { useResource } from "../../data/resource.ts";
import { now } from "../../live/live.ts";
import type { LivePipeline } from "@signalbox/core/control-types";
import { query, setQuery } from "../../router.ts";
import { Panel } from "../../ui/page.tsx";
import { Asked, Empty } from "../../ui/states.tsx";
import { PassageView } from "./passage.tsx";

const most = 20;

/** What became of a message, and why it was not forwarded. */
export function WhyView({ pipeline: { name } }: { pipeline: LivePipeline }): JSX.Element {
  const id = query.value.get("id") ?? "";
  const device = query.value.get("device") ?? "";
  const isAsked = id !== "" || device !== "";
  const asked = queryOf({ pipeline: name, id, device, limit: most });
  const answer = useResource(asked, (signal) => get<WhyAnswer>(`why${asked}`, signal), { isWanted: isAsked });
  return (
    <>
      <Form id={id} device={device} />
      {isAsked ? (
        <Asked of={answer} what="what became of it">
          {(found) => <Answer answer={found} />}
        </Asked>
      ) : (
        <Panel>
          <Empty title="Which message?">
            <p>Give the id of a message, or a device for its latest ones. The live tap leads here, too.</p>
          </Empty>
        </Panel>
      )}
    </>
  );
}

function Form({ id, device }: { id: string; device: string }): JSX.Element {
  const [typedId, setId] = useState(id);
  const [typedDevice, setDevice] = useState(device);
  const ask = (event: Event): void => {
    event.preventDefault();
    setQuery({ id: typedId.trim(), device: typedDevice.trim() });
  };
  return (
    <form class="filters" onSubmit={ask}>
      <label class="field">
        <span>Message id</span>
        <input class="input code" data-filter value={typedId} onInput={(event) => setId(event.currentTarget.value)} />
      </label>
      <label class="field">
        <span>Device</span>
        <input class="input code" value={typedDevice} onInput={(event) => setDevice(event.currentTarget.value)} />
      </label>
      <button type="submit" class="button primary">
        Ask
      </button>
    </form>
  );
}

function Answer({ answer: { passages, reach } }: { answer: WhyAnswer }): JSX.Element {
  if (passages.length === 0) {
    const [first] = reach;
    return (
      <Panel>
        <Empty title="Nothing is known of it here">
          <p>
            {first === undefined
              ? "The engine remembers no message of this pipeline yet."
              : `The engine remembers ${first.count} messages of this pipeline, the oldest from ${relative(first.since, now.value)}. Older ones are forgotten, and a restart forgets all.`}
          </p>
        </Empty>
      </Panel>
    );
  }
  return (
    <div class="stack">
      {passages.map((passage, index) => (
        <PassageView
          key={`${passage.message.id} ${passage.message.meta.receivedAt}`}
          passage={passage}
          isOpen={index === 0}
        />
      ))}
    </div>
  );
}
