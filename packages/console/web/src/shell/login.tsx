import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { refusalOf } from "../data/api.ts";
import { logIn } from "../data/session.ts";
import icon from "../icon.svg";

/** Asks for a token, in place of every page, until there is a session. The address stays: it leads on after the login. */
export function Login(): JSX.Element {
  const [token, setToken] = useState("");
  const [problem, setProblem] = useState("");
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    document.title = "Log in · Signalbox";
  }, []);
  const enter = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      await logIn(token);
    } catch (error) {
      setProblem(wordsFor(refusalOf(error)));
      setBusy(false);
    }
  };
  return (
    <main class="login">
      <form class="panel" onSubmit={(event) => void enter(event)}>
        <h1>
          <img src={icon} alt="" /> Signalbox
        </h1>
        <p class="muted">This engine asks who you are. Its tokens stand in the settings, under console.tokens.</p>
        <label class="field">
          <span>Token</span>
          <input
            class="input code"
            type="password"
            autocomplete="current-password"
            required
            value={token}
            aria-invalid={problem !== ""}
            onInput={(event) => setToken(event.currentTarget.value)}
          />
        </label>
        {problem === "" ? null : (
          <p class="notice level-bad" role="alert">
            {problem}
          </p>
        )}
        <button type="submit" class="button primary" disabled={isBusy || token === ""}>
          Log in
        </button>
      </form>
    </main>
  );
}

function wordsFor({ code, message }: { readonly code: string; readonly message: string }): string {
  return code === "CONSOLE_TOKEN_REFUSED" ? "Nobody has this token." : message;
}
