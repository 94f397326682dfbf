import type { RedriveResult } from "@signalbox/core/control-types";
import { post } from "../../data/api.ts";
import { plural } from "../../data/format.ts";
import { by } from "../../data/session.ts";
import { confirm } from "../../ui/dialog.tsx";
import { toast } from "../../ui/toasts.tsx";

const inWords: Readonly<Record<RedriveResult["outcome"], string>> = {
  delivered: "delivered",
  discarded: "discarded",
  parked: "parked",
  died: "died again",
  underWay: "under way",
  refused: "refused",
};

/** Sends the messages of letters again, and tells what became of them. */
export async function redrive(ids: readonly string[], to: "pipeline" | "sink"): Promise<void> {
  const { results } = await post<{ results: readonly RedriveResult[] }>("dead-letters/redrive", { ids, to, ...by() });
  const counts = new Map<string, number>();
  for (const { outcome } of results) counts.set(inWords[outcome], (counts.get(inWords[outcome]) ?? 0) + 1);
  const bad = results.filter(({ outcome }) => outcome === "died" || outcome === "refused");
  const reason = bad.find(({ problem }) => problem !== undefined)?.problem?.message;
  toast({
    level: bad.length === 0 ? "ok" : "bad",
    title: [...counts].map(([what, number]) => `${number} ${what}`).join(", "),
    ...(reason === undefined ? {} : { detail: reason }),
  });
}

export function askRedrive(ids: readonly string[], done: () => void): void {
  confirm({
    title: `Send ${plural(ids.length, "message")} again?`,
    text: "Each goes through its pipeline from the start, as the source gave it or as it was edited. One that dies again becomes a letter again.",
    yes: "Send again",
    run: async () => {
      await redrive(ids, "pipeline");
      done();
    },
  });
}

export function askPurge(ids: readonly string[], done: () => void): void {
  confirm({
    title: `Purge ${plural(ids.length, "letter")}?`,
    text: "Their messages are gone for good: nothing can send them again.",
    yes: "Purge",
    isDanger: true,
    run: async () => {
      const { purged } = await post<{ purged: number }>("dead-letters/purge", { ids, ...by() });
      toast({ level: "ok", title: `${plural(purged, "letter")} purged` });
      done();
    },
  });
}
