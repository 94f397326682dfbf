// What the engine tells of itself, kept fresh while somebody looks. Not here: what pages make of it.
import { effect, signal } from "@preact/signals";
import type { EngineStatus, Readiness, UnreadyReason } from "@signalbox/core";
import { get, isLoginNeeded } from "../data/api.ts";
import { StatusReader } from "./from-status.ts";
import type { LiveState } from "./model.ts";
import { remember } from "./trend.ts";

export const live = signal<LiveState | undefined>(undefined);
/** connecting: nothing is known yet. lost: what is shown is no longer fresh. */
export const feed = signal<"connecting" | "fresh" | "lost">("connecting");
/** The engine's time, a tick a second, in milliseconds since the epoch: ages are counted from here. */
export const now = signal(Date.now());

const everyMs = 2_000;

/** Keeps `live` fresh while the page can be seen. Answers how to stop. */
export function follow(): () => void {
  const gone = new AbortController();
  const reader = new StatusReader();
  let timer: number | undefined;
  let skewMs = 0;
  const ask = async (): Promise<void> => {
    try {
      const [status, readiness] = await Promise.all([
        get<EngineStatus>("status", gone.signal),
        readinessNow(gone.signal),
      ]);
      skewMs = Date.parse(status.now) - Date.now();
      live.value = reader.read(status, readiness);
      remember(live.value);
      feed.value = "fresh";
    } catch {
      if (!gone.signal.aborted && !isLoginNeeded.value) feed.value = live.value === undefined ? "connecting" : "lost";
    }
    if (!gone.signal.aborted) timer = window.setTimeout(askIfSeen, everyMs);
  };
  const askIfSeen = (): void => {
    if (document.visibilityState === "visible" && !isLoginNeeded.value) void ask();
    else timer = window.setTimeout(askIfSeen, everyMs);
  };
  const ticking = window.setInterval(() => (now.value = Date.now() + skewMs), 1_000);
  void ask();
  return () => {
    gone.abort();
    window.clearTimeout(timer);
    window.clearInterval(ticking);
  };
}

async function readinessNow(signal: AbortSignal): Promise<Readiness> {
  const answer = await fetch("/readyz", { signal });
  const { reasons = [] } = (await answer.json()) as { reasons?: readonly UnreadyReason[] };
  return { isReady: answer.ok, reasons };
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
