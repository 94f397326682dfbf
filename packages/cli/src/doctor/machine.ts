import { readdir, readFile } from "node:fs/promises";
import { totalmem } from "node:os";
import { getHeapStatistics } from "node:v8";
import type { CheckResult } from "@signalbox/core";
import type { Surroundings } from "./check.ts";

const oldestNode = [20, 19] as const;

/** `version` as in `v22.3.0`; `lts` is the name of its line, where it has long-term support. */
export function nodeCheck(version: string, lts: string | undefined): CheckResult {
  const subject = "Node.js";
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  const [oldestMajor, oldestMinor] = oldestNode;
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    const advice = `Install the current LTS: the engine needs ${oldestNode.join(".")} or newer.`;
    return { subject, status: "error", found: version, advice };
  }
  if (lts !== undefined) return { subject, status: "ok", found: `${version}, LTS ${lts}` };
  // An even line becomes one with long-term support half a year after its first version.
  if (major % 2 === 0) return { subject, status: "ok", found: `${version}, not LTS yet` };
  const advice = "Install the current LTS: odd versions get no fixes after half a year.";
  return { subject, status: "warning", found: version, advice };
}

/** A heap that may grow beyond its container's memory is killed in place of being collected. */
export function memoryCheck(heapBytes: number, limitBytes: number): CheckResult {
  const subject = "memory";
  const mega = (bytes: number): string => `${Math.round(bytes / 1024 ** 2)} MiB`;
  const found = `the heap may grow to ${mega(heapBytes)} of ${mega(limitBytes)}`;
  // Buffers, code and the embedded database live beside the heap.
  if (heapBytes <= limitBytes * 0.8) return { subject, status: "ok", found };
  const advice = `Start Node with --max-old-space-size=${Math.floor((limitBytes * 0.6) / 1024 ** 2)}, or give it more memory.`;
  return { subject, status: "warning", found, advice };
}

/** What this process, and one that is started as it is, may use. */
export function ownMemory(): { readonly heapBytes: number; readonly limitBytes: number } {
  const total = totalmem();
  const constrained = process.constrainedMemory();
  const limitBytes = constrained > 0 && constrained < total ? constrained : total;
  return { heapBytes: getHeapStatistics().heap_size_limit, limitBytes };
}

const fewFiles = 1_024;

/** `open` is undefined where no engine runs. */
export function openFilesCheck(limit: number, open: number | undefined): CheckResult {
  const subject = "open files";
  const found = open === undefined ? `${limit} at most` : `the engine has ${open} of at most ${limit} open`;
  const advice = "Raise it (`ulimit -n`, LimitNOFILE= of systemd): every caller, socket and file takes one.";
  if (open !== undefined && open > limit * 0.9) return { subject, status: "error", found, advice };
  const isShort = limit < fewFiles || (open !== undefined && open > limit * 0.7);
  return isShort ? { subject, status: "warning", found, advice } : { subject, status: "ok", found };
}

/** Of the running engine, else of this process. Linux alone tells. */
export async function lookAtOpenFiles({ engine }: Pick<Surroundings, "engine">): Promise<CheckResult> {
  const limits = await readFile(`/proc/${engine?.pid ?? "self"}/limits`, "utf8").catch(() => "");
  const text = /^Max open files\s+(\d+|unlimited)/m.exec(limits)?.[1];
  if (text === undefined) return { subject: "open files", status: "skipped", found: "this system does not tell" };
  const open = engine === undefined ? undefined : await readdir(`/proc/${engine.pid}/fd`).catch(() => undefined);
  return openFilesCheck(text === "unlimited" ? Infinity : Number(text), open?.length);
}

/** Rules of time zones change several times a year; `version` is that of Node's data, `2026a`. */
export function timeZoneCheck(version: string | undefined, now: number): CheckResult {
  const subject = "time zones";
  const offset = (month: number): string =>
    new Intl.DateTimeFormat("en", { timeZone: "Europe/Zurich", timeZoneName: "shortOffset" }).format(
      Date.UTC(2026, month, 15),
    );
  const offsets = new Set([0, 6].map((month) => offset(month).split(" ").at(-1)));
  if (offsets.size !== 2) {
    const advice = "Install a Node with full ICU data: schedules in a time zone run at wrong times.";
    return { subject, status: "error", found: "Node's data knows no summer time", advice };
  }
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const found = `data of ${version ?? "unknown age"}; this machine is in ${own}`;
  const year = Number(version?.slice(0, 4) ?? Number.NaN);
  if (!(new Date(now).getUTCFullYear() - year > 1)) return { subject, status: "ok", found };
  return { subject, status: "warning", found, advice: "Update Node: rules that changed since are not in it." };
}
