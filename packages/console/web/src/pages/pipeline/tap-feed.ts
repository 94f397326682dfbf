// What a tap tells, kept for the page: the latest entries, drawn a few times a second however much comes.
import type { TapEntry } from "@signalbox/core/control-types";
import { useEffect, useState } from "preact/hooks";
import { queryOf, type Refusal, refusalOf } from "../../data/api.ts";
import { events } from "../../data/stream.ts";

export type Seen = Exclude<TapEntry, { readonly lost: number }> & { readonly nth: number };

export interface TapFeed {
  /** Newest first. */
  readonly seen: readonly Seen[];
  /** How many came in all, and how many of them the engine left out because they came too fast. */
  readonly count: number;
  readonly lost: number;
  readonly problem: Refusal | undefined;
}

export interface TapRequest {
  readonly pipeline: string;
  readonly stage: string;
  readonly where: string;
}

const kept = 200;
const drawnEveryMs = 250;
const nothing: TapFeed = { seen: [], count: 0, lost: 0, problem: undefined };

/** Watches while `isOn`; what was seen stays when it is off. `nth` begins anew. */
export function useTap({ pipeline, stage, where }: TapRequest, isOn: boolean, nth: number): TapFeed {
  const [feed, setFeed] = useState<TapFeed>(nothing);
  useEffect(() => setFeed(nothing), [pipeline, stage, where, nth]);
  useEffect(() => {
    if (!isOn) return undefined;
    const gone = new AbortController();
    let waiting: Seen[] = [];
    let lost = 0;
    let came = 0;
    let timer: number | undefined;
    const draw = (): void => {
      timer = undefined;
      const [fresh, missed, number] = [waiting, lost, came];
      [waiting, lost, came] = [[], 0, 0];
      setFeed((before) => ({
        ...before,
        seen: [...fresh.toReversed(), ...before.seen].slice(0, kept),
        count: before.count + number,
        lost: before.lost + missed,
      }));
    };
    const keep = (entry: TapEntry): void => {
      if ("lost" in entry) lost += entry.lost;
      else {
        came += 1;
        waiting.push({ ...entry, nth: nextNth() });
        if (waiting.length > kept) waiting.shift();
      }
      timer ??= window.setTimeout(draw, drawnEveryMs);
    };
    const watch = async (): Promise<void> => {
      const asked = queryOf({ pipeline, stage: stage === "" ? undefined : stage, where });
      for await (const entry of events<TapEntry>(`tap${asked}`, gone.signal)) keep(entry);
    };
    void watch().catch((error: unknown) => {
      if (!gone.signal.aborted) setFeed((before) => ({ ...before, problem: refusalOf(error) }));
    });
    return () => {
      gone.abort();
      window.clearTimeout(timer);
    };
  }, [pipeline, stage, where, isOn, nth]);
  return feed;
}

let lastNth = 0;

function nextNth(): number {
  lastNth += 1;
  return lastNth;
}
