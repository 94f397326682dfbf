// What the engine tells of itself, kept fresh while somebody looks. Not here: what pages make of it.
import { effect, signal } from "@preact/signals";
import { foldLive, type LiveEvent, type LiveState } from "@signalbox/core/control-types";
import { isLoginNeeded } from "../data/api.ts";
import { events } from "../data/stream.ts";
import { RateWindow } from "./rates.ts";
import { remember } from "./trend.ts";

export const live = signal<LiveState | undefined>(undefined);
/** connecting: nothing is known yet. lost: what is shown is no longer fresh. */
export const feed = signal<"connecting" | "fresh" | "lost">("connecting");
/** The engine's time, a tick a second, in milliseconds since the epoch: ages are counted from here. */
export const now = signal(Date.now());

/** The engine tells something every second: after this long it is gone, or the way to it is. */
const patienceMs = 6_000;
const [soonMs, lateMs] = [500, 5_000];
/** A page that nobody sees for so long costs the engine nothing. */
const hiddenMs = 30_000;

/** Keeps `live` fresh while the page can be seen. Answers how to stop. */
export function follow(): () => void {
  const gone = new AbortController();
  let skewMs = 0;
  void keepReading(gone.signal, (at) => (skewMs = Date.parse(at) - Date.now()));
  const ticking = window.setInterval(() => (now.value = Date.now() + skewMs), 1_000);
  return () => {
    gone.abort();
    window.clearInterval(ticking);
  };
}

async function keepReading(gone: AbortSignal, heard: (at: string) => void): Promise<void> {
  let pauseMs = soonMs;
  while (!gone.aborted) {
    if (isLoginNeeded.value) {
      await pause(soonMs, gone);
      continue;
    }
    const reading = new AbortController();
    const end = (): void => reading.abort();
    gone.addEventListener("abort", end);
    const stopHiding = whenHidden(end);
    try {
      for await (const at of readOnce(reading)) {
        heard(at);
        pauseMs = soonMs;
      }
    } catch {
      // Whatever it was, it is tried again; a page that wants the reason asks for something itself.
    } finally {
      stopHiding();
      gone.removeEventListener("abort", end);
    }
    await seen(gone);
    if (gone.aborted) return;
    if (isLoginNeeded.value) continue;
    if (live.value !== undefined) feed.value = "lost";
    await pause(pauseMs, gone);
    pauseMs = Math.min(lateMs, pauseMs * 2);
  }
}

/** One stream, until it ends; answers the engine's time at each event. */
async function* readOnce(reading: AbortController): AsyncGenerator<string> {
  const rates = new RateWindow();
  let told: LiveState | undefined;
  let watchdog = window.setTimeout(() => reading.abort(), patienceMs);
  try {
    for await (const event of events<LiveEvent>("live", reading.signal)) {
      window.clearTimeout(watchdog);
      watchdog = window.setTimeout(() => reading.abort(), patienceMs);
      told = foldLive(told, event);
      const state = rates.smooth(told);
      live.value = state;
      remember(state);
      feed.value = "fresh";
      yield event.at;
    }
  } finally {
    window.clearTimeout(watchdog);
  }
}

function pause(ms: number, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = window.setTimeout(resolve, ms);
    gone.addEventListener("abort", () => (window.clearTimeout(timer), resolve()), { once: true });
  });
}

/** Resolves once the page can be seen. */
function seen(gone: AbortSignal): Promise<void> {
  if (document.visibilityState === "visible" || gone.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    document.addEventListener("visibilitychange", () => resolve(), { once: true });
    gone.addEventListener("abort", () => resolve(), { once: true });
  });
}

function whenHidden(end: () => void): () => void {
  let timer: number | undefined;
  const look = (): void => {
    window.clearTimeout(timer);
    if (document.visibilityState === "hidden") timer = window.setTimeout(end, hiddenMs);
  };
  document.addEventListener("visibilitychange", look);
  return () => {
    window.clearTimeout(timer);
    document.removeEventListener("visibilitychange", look);
  };
}

/** Says once when the feed is lost and when it is back, to who does not see it. */
export function announceFeed(say: (text: string) => void): () => void {
  let before = feed.peek();
  return effect(() => {
    if (feed.value === "lost") say("The engine does not answer. What is shown is not fresh.");
    else if (before === "lost") say("The engine answers again.");
    before = feed.value;
  });
}
