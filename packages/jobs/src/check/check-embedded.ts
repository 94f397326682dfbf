import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import type { CheckResult } from "@signalbox/core";
import { embeddedWeakness } from "../embedded/embedded-durability.ts";
import { lockHolder } from "../embedded/lock.ts";
import { describeSettings } from "../settings.ts";
import { durabilityChecks } from "./asked.ts";

/** The embedded store is not opened: that takes its lock, and makes it where there is none. */
export async function checkEmbedded(path: string, enginePid: number | undefined): Promise<readonly CheckResult[]> {
  const version = (await readFile(join(path, "store", "PG_VERSION"), "utf8").catch(() => "")).trim();
  const standing = version === "" ? "nothing is there yet; the engine makes it" : `PostgreSQL ${version} (PGlite)`;
  return [
    { subject: "store", status: "ok", found: `${describeSettings({ kind: "embedded", path })}: ${standing}` },
    await lockCheck(path, enginePid),
    ...durabilityChecks("", [embeddedWeakness]),
  ];
}

async function lockCheck(path: string, enginePid: number | undefined): Promise<CheckResult> {
  const subject = "lock of the embedded store";
  const holder = await lockHolder(join(path, "lock"));
  if (holder === undefined) return { subject, status: "ok", found: "nobody holds it" };
  const isHere = holder.host === hostname();
  const who = isHere ? `process ${holder.pid}` : `process ${holder.pid} on ${holder.host}`;
  if (isHere && holder.pid === enginePid)
    return { subject, status: "ok", found: `held by this project's engine, ${who}` };
  return {
    subject,
    status: "error",
    found: `held by ${who}, which is not the engine that answers here`,
    advice: "Stop it, or give both a REDIS_URL or DATABASE_URL.",
  };
}
