import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { callMyself, logOut, person } from "../data/session.ts";
import { Action } from "../ui/action.tsx";
import { Dialog } from "../ui/dialog.tsx";

export const isNameAsked = signal(false);

/** Who acts is written beside every action. Without a login, people say so themselves. */
export function NameDialog(): JSX.Element | null {
  if (!isNameAsked.value) return null;
  return person.value.isLoggedIn ? <LoggedIn /> : <Asking />;
}

function Asking(): JSX.Element {
  const [name, setName] = useState(person.value.name);
  const close = (): void => void (isNameAsked.value = false);
  const keep = (event: SubmitEvent): void => {
    event.preventDefault();
    callMyself(name);
    close();
  };
  return (
    <Dialog title="Who you are" close={close}>
      <form class="bare" onSubmit={keep}>
        <p>
          Nobody has to log in on this machine. What you do is recorded under the name you give here; it is kept in this
          browser.
        </p>
        <label class="field">
          <span>Name</span>
          <input class="input" value={name} maxLength={200} onInput={(event) => setName(event.currentTarget.value)} />
        </label>
        <div class="actions">
          <button type="button" class="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" class="button primary">
            Keep
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function LoggedIn(): JSX.Element {
  const { name, role } = person.value;
  const close = (): void => void (isNameAsked.value = false);
  return (
    <Dialog title="Who you are" close={close}>
      <p>
        You are logged in as <strong>{name}</strong>,{" "}
        {role === "operator" ? "an operator: you look and act." : "a viewer: you look."}
      </p>
      <div class="actions">
        <button type="button" class="button" onClick={close}>
          Close
        </button>
        <Action
          isForViewers
          run={async () => {
            await logOut();
            close();
          }}
        >
          Log out
        </Action>
      </div>
    </Dialog>
  );
}
