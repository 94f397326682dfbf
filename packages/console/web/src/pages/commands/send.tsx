import type { Command } from "@signalbox/core/control-types";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { post, refusalOf } from "../../data/api.ts";
import { by } from "../../data/session.ts";
import { live } from "../../live/live.ts";
import { go } from "../../router.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { toast } from "../../ui/toasts.tsx";

const example =
  '{\n  "loraDownlink": { "port": 2, "confirmed": true, "payload": { "setTargetTemperature": 21 } },\n  "raw": false\n}';

/** A command given by hand. What was typed stays until it is sent. */
export function SendDialog({ close, sent }: { close: () => void; sent: () => void }): JSX.Element {
  const connections = (live.value?.connections ?? []).filter(({ component }) => component === "akenza");
  const [connection, setConnection] = useState(connections[0]?.name ?? "akenza");
  const [device, setDevice] = useState("");
  const [payload, setPayload] = useState(example);
  const [problem, setProblem] = useState("");
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    try {
      const body: unknown = JSON.parse(payload);
      const command = await post<Command>("commands", { connection, device: device.trim(), payload: body, ...by() });
      toast({ level: "ok", title: "The command is recorded", detail: command.key });
      sent();
      close();
      go(`/commands/${encodeURIComponent(command.key)}`);
    } catch (error) {
      setProblem(error instanceof SyntaxError ? `The payload is no JSON: ${error.message}` : refusalOf(error).message);
    }
  };
  return (
    <Dialog title="Send a command" close={close}>
      <form class="bare" onSubmit={(event) => void send(event)}>
        <label class="field">
          <span>Connection</span>
          <input
            class="input"
            value={connection}
            required
            onInput={(event) => setConnection(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>Device</span>
          <input class="input code" value={device} required onInput={(event) => setDevice(event.currentTarget.value)} />
        </label>
        <label class="field">
          <span>Payload (JSON, as the connection's sender takes it)</span>
          <textarea
            class="input"
            rows={8}
            spellcheck={false}
            value={payload}
            onInput={(event) => setPayload(event.currentTarget.value)}
          />
        </label>
        {problem === "" ? null : (
          <p class="notice level-bad" role="alert">
            {problem}
          </p>
        )}
        <Buttons close={close} />
      </form>
    </Dialog>
  );
}

function Buttons({ close }: { close: () => void }): JSX.Element {
  return (
    <div class="actions">
      <button type="button" class="button" onClick={close}>
        Cancel
      </button>
      <button type="submit" class="button primary">
        Send
      </button>
    </div>
  );
}
