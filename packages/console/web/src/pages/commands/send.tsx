import type { Command } from "@signalbox/core/control-types";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { post } from "../../data/api.ts";
import { by } from "../../data/session.ts";
import { live } from "../../live/live.ts";
import { go } from "../../router.ts";
import { confirm, Dialog } from "../../ui/dialog.tsx";
import { Json } from "../../ui/json.tsx";
import { toast } from "../../ui/toasts.tsx";

const example =
  '{\n  "loraDownlink": { "port": 2, "confirmed": true, "payload": { "setTargetTemperature": 21 } },\n  "raw": false\n}';

interface Order {
  readonly connection: string;
  readonly device: string;
  readonly payload: unknown;
}

/** As it stands in the fields. */
type Typed = Readonly<Record<keyof Order, string>>;

/** A command given by hand, asked once more before it leaves. What was typed stays until it is sent. */
export function SendDialog({ close, sent }: { close: () => void; sent: () => void }): JSX.Element {
  const sender = (live.value?.connections ?? []).find(({ component }) => component === "akenza");
  const [typed, setTyped] = useState<Typed>({ connection: sender?.name ?? "akenza", device: "", payload: example });
  const [problem, setProblem] = useState("");
  const send = async (order: Order): Promise<void> => {
    const command = await post<Command>("commands", { ...order, ...by() });
    toast({ level: "ok", title: "The command is recorded", detail: command.key });
    sent();
    close();
    go(`/commands/${encodeURIComponent(command.key)}`);
  };
  const ask = (event: Event): void => {
    event.preventDefault();
    try {
      const order = { ...typed, device: typed.device.trim(), payload: JSON.parse(typed.payload) as unknown };
      setProblem("");
      confirm({
        title: `Send this to ${order.device}?`,
        text: <Asked order={order} />,
        yes: "Send it",
        run: () => send(order),
      });
    } catch (error) {
      setProblem(`The payload is no JSON: ${error instanceof Error ? error.message : ""}`);
    }
  };
  return (
    <Dialog title="Send a command" close={close}>
      <form class="bare" onSubmit={ask}>
        <Fields typed={typed} change={(part) => setTyped((before) => ({ ...before, ...part }))} />
        {problem === "" ? null : (
          <p class="notice level-bad" role="alert">
            {problem}
          </p>
        )}
        <div class="actions">
          <button type="button" class="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" class="button primary">
            Send
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface FieldsProps {
  readonly typed: Typed;
  readonly change: (part: Partial<Typed>) => void;
}

function Fields({ typed: { connection, device, payload }, change }: FieldsProps): JSX.Element {
  return (
    <>
      <label class="field">
        <span>Connection</span>
        <input
          class="input"
          value={connection}
          required
          onInput={(event) => change({ connection: event.currentTarget.value })}
        />
      </label>
      <label class="field">
        <span>Device</span>
        <input
          class="input code"
          value={device}
          required
          onInput={(event) => change({ device: event.currentTarget.value })}
        />
      </label>
      <label class="field">
        <span>Payload (JSON, as the connection's sender takes it)</span>
        <textarea
          class="input"
          rows={8}
          spellcheck={false}
          value={payload}
          onInput={(event) => change({ payload: event.currentTarget.value })}
        />
      </label>
    </>
  );
}

function Asked({ order: { connection, payload } }: { order: Order }): JSX.Element {
  return (
    <div class="stack">
      <p>It leaves over {connection} at once. What has left cannot be taken back.</p>
      <Json value={payload} label="What is sent" />
    </div>
  );
}
