// From the first line of the start script to all pipelines running: built and initialised, and the first time.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bareEnvironment, freePort, temporaryFolder } from "./lib/processes.mjs";
import { show, spread, verdict } from "./lib/stats.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

// The engine says so on a line of its own once every pipeline runs.
function timeStart(folder, environment) {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = spawn("npx", ["-y", "pnpm@12", "start", "--log", "json"], {
      cwd: folder,
      env: environment,
      detached: true,
    });
    let output = "";
    let took;
    const read = (chunk) => {
      output += chunk;
      if (took !== undefined || !output.includes("Signalbox runs.")) return;
      took = (performance.now() - startedAt) / 1000;
      process.kill(-Number(child.pid), "SIGINT");
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("exit", (code) => {
      if (took !== undefined) resolve(took);
      else reject(new Error(`start ended with ${code}:\n${output.slice(-3000)}`));
    });
  });
}

export async function startup({ rounds = 5 } = {}) {
  const folder = temporaryFolder();
  const checkout = join(folder.path, "signalbox");
  const clone = spawnSync("git", ["clone", "--quiet", "--local", root, checkout]);
  if (clone.status !== 0)
    cpSync(root, checkout, { recursive: true, filter: (path) => !/node_modules|dist|\.signalbox/.test(path) });
  const environment = {
    ...bareEnvironment(),
    SIGNALBOX_CONSOLE_PORT: "0",
    SIGNALBOX_HTTP_PORT: String(await freePort()),
    SIGNALBOX_SIMULATOR_PORT: String(await freePort()),
  };
  const first = await timeStart(checkout, environment);
  const later = [];
  for (let round = 0; round < rounds; round += 1) later.push(await timeStart(checkout, environment));
  rmSync(folder.path, { recursive: true, force: true });
  const warm = spread(later);
  return [
    verdict(
      "start the first time (clone to running, install and build included), s",
      first.toFixed(1),
      "at most 30",
      first <= 30,
    ),
    verdict("start when built and initialised, s", show(warm, 1), "median at most 5", warm.median <= 5),
  ].every(Boolean);
}
