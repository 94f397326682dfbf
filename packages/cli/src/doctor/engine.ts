import { type CheckResult, createControlClient, failedCheck, SignalboxError } from "@signalbox/core";
import type { RunningEngine } from "./check.ts";

const patienceMs = 3_000;

/** The engine of a project, asked before everything else: what it holds is held rightly. */
export async function askEngine(
  socket: string,
): Promise<{ readonly engine: RunningEngine | undefined; readonly result: CheckResult }> {
  const subject = "engine of this project";
  const client = createControlClient({ path: socket, timeoutMs: patienceMs });
  try {
    const [{ pid, signalbox }, { httpUrl, state }] = await Promise.all([client.version(), client.status()]);
    const found = `${state}, process ${pid}, version ${signalbox}`;
    return { engine: { pid, signalbox, httpUrl }, result: { subject, status: "ok", found } };
  } catch (error) {
    const isAway = error instanceof SignalboxError && error.code === "ENGINE_NOT_RUNNING";
    const result: CheckResult = isAway
      ? { subject, status: "ok", found: "does not run" }
      : failedCheck(subject, error, "ENGINE_NOT_ANSWERING");
    return { engine: undefined, result };
  }
}
