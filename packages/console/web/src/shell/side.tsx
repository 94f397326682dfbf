import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import icon from "../icon.svg";
import { count, relative } from "../data/format.ts";
import { person } from "../data/session.ts";
import { byLevel } from "../live/level.ts";
import { concerns } from "../live/concerns.ts";
import { feed, live, now } from "../live/live.ts";
import { path } from "../router.ts";
import { Icon } from "../ui/icons.tsx";
import { Lamp } from "../ui/lamp.tsx";
import { isNameAsked } from "./name.tsx";
import { findPage, pages } from "./pages.ts";
import { areShortcutsShown } from "./shortcuts.tsx";
import { nextTheme, theme } from "./theme.ts";

export function Side(): JSX.Element {
  return (
    <header class="side">
      <a class="brand" href="/">
        <img src={icon} alt="" />
        Signalbox
      </a>
      <Navigation />
      <div class="side-foot">
        <Facts />
        <Tools />
      </div>
    </header>
  );
}

function Navigation(): JSX.Element {
  const current = findPage(path.value)?.page;
  const nav = useRef<HTMLElement>(null);
  const isKnown = live.value !== undefined;
  useEffect(() => {
    // The row is as wide as its fonts and badges make it, and both come later.
    void document.fonts.ready.then(() => showCurrent(nav.current));
  }, [current, isKnown]);
  return (
    <nav ref={nav} class="nav" aria-label="Pages">
      <ul>
        {pages.map((page) => (
          <li key={page.path}>
            <a href={page.path} aria-current={page === current ? "page" : undefined}>
              <Icon name={page.icon} />
              {page.title}
              <Badge path={page.path} />
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** On a phone the pages are a row that is longer than the window. */
function showCurrent(nav: HTMLElement | null): void {
  const link = nav?.querySelector("[aria-current]");
  if (nav === null || link === null || link === undefined) return;
  const [row, own] = [nav.getBoundingClientRect(), link.getBoundingClientRect()];
  nav.scrollLeft += own.left + own.width / 2 - (row.left + row.width / 2);
}

/** What waits for somebody on a page. */
function Badge({ path }: { path: string }): JSX.Element | null {
  if (path === "/") {
    const [worst] = concerns.value.map(({ level }) => level).toSorted(byLevel);
    if (worst !== "bad" && worst !== "warn") return null;
    return <Count number={concerns.value.length} level={worst} what="need attention" />;
  }
  const letters = live.value?.deadLetters;
  if (path !== "/dead-letters" || letters?.count === undefined || letters.count === 0) return null;
  return <Count number={letters.count} level={letters.alarm === undefined ? "warn" : "bad"} what="waiting" />;
}

function Count({ number, level, what }: { number: number; level: string; what: string }): JSX.Element {
  return (
    <span class={`badge level-${level}`}>
      {count(number)}
      <span class="sr"> {what}</span>
    </span>
  );
}

function Facts(): JSX.Element | null {
  const status = live.value?.engine;
  if (status === undefined) return null;
  const isLost = feed.value === "lost";
  const state = status.state === "running" ? "ok" : "info";
  return (
    <dl>
      <div>
        <dt>Engine</dt>
        <dd>
          <Lamp level={isLost ? "bad" : state} text={isLost ? "no answer" : status.state} />
        </dd>
      </div>
      <div>
        <dt>Version</dt>
        <dd>{status.version}</dd>
      </div>
      <div>
        <dt>Started</dt>
        <dd title={status.startedAt}>{relative(status.startedAt, now.value)}</dd>
      </div>
      <div>
        <dt>Store</dt>
        <dd class="ellipsis" title={status.store.description}>
          {status.store.kind}
        </dd>
      </div>
    </dl>
  );
}

function Tools(): JSX.Element {
  const { name, role, isLoggedIn } = person.value;
  return (
    <div class="side-tools">
      <button type="button" class="button plain small" onClick={() => void (isNameAsked.value = true)}>
        <Icon name="person" />
        <span class="narrow-hide">{isLoggedIn ? `${name} (${role})` : name}</span>
        <span class="sr">Who you are</span>
      </button>
      <button type="button" class="button plain small" onClick={nextTheme} title={`Colours: ${theme.value}`}>
        <Icon name="theme" />
        <span class="sr">Colours: {theme.value}</span>
      </button>
      <button
        type="button"
        class="button plain small"
        onClick={() => void (areShortcutsShown.value = true)}
        title="Keyboard"
      >
        <Icon name="help" />
        <span class="sr">Keyboard</span>
      </button>
    </div>
  );
}
