import type { DeadLetter } from "@signalbox/core/control-types";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { post, refusalOf } from "../../data/api.ts";
import { by } from "../../data/session.ts";
import { Action } from "../../ui/action.tsx";
import { jsonText } from "../../ui/json.tsx";
import { Panel } from "../../ui/page.tsx";
import { At } from "../../ui/times.tsx";
import { toast } from "../../ui/toasts.tsx";

type LetterPart = "original" | "shaped";

interface EditProps {
  readonly letter: DeadLetter;
  readonly done: () => void;
}

/** Mends what is sent again. What was typed stays until it is kept, whatever the engine says of it. */
export function EditPanel({ letter, done }: EditProps): JSX.Element {
  const { edit, shaped, original, id } = letter;
  const [part, setPart] = useState<LetterPart>(edit?.part ?? "original");
  const bodyOf = (which: LetterPart): string => {
    if (edit?.part === which) return jsonText(edit.body);
    return jsonText(which === "shaped" ? shaped?.body : original.body);
  };
  const [text, setText] = useState(bodyOf(part));
  const [problem, setProblem] = useState("");
  const isChanged = text !== bodyOf(part);
  const keep = async (): Promise<void> => {
    const body = parsed(text, setProblem);
    if (body === undefined) return;
    try {
      await post(`dead-letters/${encodeURIComponent(id)}/edit`, { part, body: body.value, ...by() });
      toast({ level: "ok", title: "The edit is kept", detail: "It is sent with the next redrive." });
      done();
    } catch (error) {
      setProblem(refusalOf(error).message);
    }
  };
  return (
    <Panel title="Edit">
      <div class="panel-body stack">
        <EditNote edit={edit} />
        {shaped === undefined ? null : (
          <PartChoice
            part={part}
            choose={(next) => {
              setPart(next);
              setText(bodyOf(next));
            }}
          />
        )}
        <label class="field">
          <span>Body (JSON)</span>
          <textarea
            class="input"
            rows={8}
            spellcheck={false}
            aria-invalid={problem !== ""}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <Problem text={problem} />
        <div class="row">
          <Action run={keep} unless={isChanged ? undefined : "Nothing is changed."}>
            Keep the edit
          </Action>
          <button type="button" class="button plain" disabled={!isChanged} onClick={() => setText(bodyOf(part))}>
            Undo
          </button>
        </div>
      </div>
    </Panel>
  );
}

function Problem({ text }: { text: string }): JSX.Element | null {
  if (text === "") return null;
  return (
    <p class="notice level-bad" role="alert">
      {text}
    </p>
  );
}

function PartChoice({ part, choose }: { part: LetterPart; choose: (part: LetterPart) => void }): JSX.Element {
  return (
    <label class="field">
      <span>Which message</span>
      <select
        class="input"
        value={part}
        onChange={(event) => choose(event.currentTarget.value === "shaped" ? "shaped" : "original")}
      >
        <option value="original">The source's, sent through the pipeline</option>
        <option value="shaped">The sink's, sent straight to it</option>
      </select>
    </label>
  );
}

function EditNote({ edit }: { edit: DeadLetter["edit"] | undefined }): JSX.Element {
  if (edit === undefined) return <p class="muted">What is kept here is sent in place of the message's body.</p>;
  return (
    <p class="muted">
      Edited by {edit.by} at <At at={edit.editedAt} />; this is what is sent.
    </p>
  );
}

function parsed(text: string, tell: (problem: string) => void): { readonly value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    tell("");
    return { value };
  } catch (error) {
    tell(error instanceof Error ? `This is no JSON: ${error.message}` : "This is no JSON.");
    return undefined;
  }
}
