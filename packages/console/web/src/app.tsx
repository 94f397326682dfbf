import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { announceFeed, feed, follow, live, now } from "./live/live.ts";
import { relative } from "./data/format.ts";
import { watchLinks } from "./router.ts";
import { isLoginNeeded } from "./data/api.ts";
import { loadSession } from "./data/session.ts";
import { Login } from "./shell/login.tsx";
import { NameDialog } from "./shell/name.tsx";
import { PageView } from "./shell/page-view.tsx";
import { listenForShortcuts, Shortcuts } from "./shell/shortcuts.tsx";
import { Side } from "./shell/side.tsx";
import { applyTheme } from "./shell/theme.ts";
import { Confirmation } from "./ui/dialog.tsx";
import { Lamp } from "./ui/lamp.tsx";
import { Toasts } from "./ui/toasts.tsx";

const announced = signal("");

export function App(): JSX.Element {
  useEffect(() => {
    void loadSession();
    const say = (text: string): void => void (announced.value = text);
    const stops = [applyTheme(), watchLinks(), listenForShortcuts(), follow(), announceFeed(say)];
    return () => stops.forEach((stop) => stop());
  }, []);
  const isAsked = isLoginNeeded.value;
  // A session that ends does not take away what somebody types: the page waits behind the login.
  if (isAsked && live.value === undefined) return <Login />;
  return (
    <>
      {isAsked ? <Login /> : null}
      <div hidden={isAsked}>
        <Frame />
      </div>
    </>
  );
}

function Frame(): JSX.Element {
  return (
    <>
      <a class="skip" href="#main">
        To the content
      </a>
      <div class={`shell ${feed.value === "lost" ? "is-stale" : ""}`}>
        <Side />
        <div>
          <Lost />
          <main id="main" class="main" tabIndex={-1}>
            <PageView />
          </main>
        </div>
      </div>
      <div class="sr" aria-live="polite">
        {announced.value}
      </div>
      <Toasts />
      <Confirmation />
      <Shortcuts />
      <NameDialog />
    </>
  );
}

function Lost(): JSX.Element | null {
  if (feed.value !== "lost") return null;
  const at = live.value?.at;
  return (
    <div class="lost">
      <Lamp level="bad" text="The engine does not answer" />
      {at === undefined ? null : (
        <span>What is shown is from {relative(at, now.value)}. It is asked again and again.</span>
      )}
    </div>
  );
}
