import { useEffect, useRef, useState } from "preact/hooks";
import { type Refusal, refusalOf } from "./api.ts";

/** What was asked for: the latest answer stays while it is asked for again, and while that fails. */
export interface Resource<T> {
  readonly value: T | undefined;
  readonly problem: Refusal | undefined;
  readonly isLoading: boolean;
  /** Asks again now. */
  readonly reload: () => void;
}

interface Options {
  /** Asks again this long after each answer, while the page can be seen. */
  readonly everyMs?: number;
  /** False: it is not asked for. Default true. */
  readonly isWanted?: boolean;
}

interface Held<T> {
  readonly key: string;
  readonly value?: T;
  readonly problem?: Refusal;
  readonly isLoading: boolean;
}

/** Asks with `load`, again whenever `key` changes. An answer of an earlier key is never shown for a later one. */
export function useResource<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<T>,
  { everyMs, isWanted = true }: Options = {},
): Resource<T> {
  const [held, setHeld] = useState<Held<T>>({ key, isLoading: true });
  const [nth, setNth] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    if (!isWanted) return undefined;
    const gone = new AbortController();
    let timer: number | undefined;
    const ask = async (): Promise<void> => {
      setHeld((before) => (before.key === key ? { ...before, isLoading: true } : { key, isLoading: true }));
      try {
        const value = await latest.current(gone.signal);
        if (!gone.signal.aborted) setHeld({ key, value, isLoading: false });
      } catch (error) {
        if (gone.signal.aborted) return;
        const problem = refusalOf(error);
        setHeld((before) => ({ ...(before.key === key ? before : { key }), problem, isLoading: false }));
      }
      if (everyMs !== undefined && !gone.signal.aborted) timer = window.setTimeout(askIfSeen, everyMs);
    };
    const askIfSeen = (): void => {
      if (document.visibilityState === "visible") void ask();
      else document.addEventListener("visibilitychange", () => void ask(), { once: true, signal: gone.signal });
    };
    void ask();
    return () => {
      gone.abort();
      window.clearTimeout(timer);
    };
  }, [key, nth, everyMs, isWanted]);
  const isCurrent = held.key === key;
  return {
    value: isCurrent ? held.value : undefined,
    problem: isCurrent ? held.problem : undefined,
    isLoading: !isCurrent || held.isLoading,
    reload: () => setNth((before) => before + 1),
  };
}
