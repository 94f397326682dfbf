import type { Check, Surroundings } from "./check.ts";
import { lookAtConnections } from "./connections.ts";
import { lookAtPipelines, lookAtSecrets } from "./files.ts";
import { lookAtFolders } from "./folders.ts";
import { lookAtOpenFiles, memoryCheck, nodeCheck, ownMemory, timeZoneCheck } from "./machine.ts";
import { lookAtConsolePort, lookAtHttpPort } from "./ports.ts";
import { lookAtStore } from "./store.ts";

/** Everything that the doctor looks at. A new check is a function and a line here. */
export const checks: readonly Check[] = [
  { group: "machine", subject: "Node.js", run: async () => [nodeCheck(process.version, process.release.lts)] },
  { group: "machine", subject: "memory", run: async () => [memoryOf()] },
  { group: "machine", subject: "open files", run: async (around) => [await lookAtOpenFiles(around)] },
  { group: "machine", subject: "time zones", run: async (around) => [timeZonesOf(around)] },
  { group: "ports", subject: "webhooks", run: async (around) => [await lookAtHttpPort(around)] },
  { group: "ports", subject: "console", run: async (around, signal) => [await lookAtConsolePort(around, signal)] },
  { group: "store", subject: "store", timeoutMs: 20_000, run: lookAtStore },
  { group: "connections", subject: "connections", timeoutMs: 30_000, run: lookAtConnections },
  { group: "folders", subject: "folders", run: lookAtFolders },
  { group: "files", subject: "pipelines", run: async (around) => [lookAtPipelines(around)] },
  { group: "files", subject: "files with secrets", run: async (around) => [await lookAtSecrets(around)] },
];

function memoryOf(): ReturnType<typeof memoryCheck> {
  const { heapBytes, limitBytes } = ownMemory();
  return memoryCheck(heapBytes, limitBytes);
}

function timeZonesOf({ clock }: Surroundings): ReturnType<typeof timeZoneCheck> {
  return timeZoneCheck(process.versions["tz"], clock.now());
}
