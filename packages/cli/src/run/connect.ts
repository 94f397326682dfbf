import { type Finding, type Project, silentLogger, systemClock, tryOpening } from "@signalbox/core";
import { createBackend } from "@signalbox/jobs";
import type { OpenedProject } from "../session.ts";
import { standInUrl } from "../stand-in-env.ts";
import { startStandIn } from "./stand-in.ts";

const timeoutMs = 20_000;

/**
 * Opens and closes every component, with the simulator in place of an akenza that is not set. The project's own store is
 * not touched: it may belong to a running engine, and what components keep while they are tried is worth nothing.
 */
export async function connectAll({ project, hasStandIn, withStandInAt }: OpenedProject): Promise<readonly Finding[]> {
  if (!hasStandIn) return await connect(project);
  const simulator = await startStandIn(project.settings);
  try {
    const { url } = simulator;
    return await connect(url === standInUrl(project.settings) ? project : await withStandInAt(url));
  } finally {
    await simulator.close();
  }
}

async function connect(project: Project): Promise<readonly Finding[]> {
  const { projectDir } = project.settings;
  const backend = createBackend({ kind: "memory" }, { clock: systemClock, log: silentLogger, projectDir });
  const findings = await tryOpening({ project, backend, clock: systemClock, timeoutMs });
  return findings.map((finding) => (finding.code === "STORE_EMBEDDED_LOCKED" ? notTried(finding) : finding));
}

/** The project's own database is held by a running engine, as it should be: nothing is wrong with the files. */
function notTried(finding: Finding): Finding {
  return { ...finding, severity: "warning", suggestion: "stop the engine first if you want this to be tried too" };
}
