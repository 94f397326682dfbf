// Starts the parts of a bench as processes of their own, so that what one costs is not counted to another.
import { fork, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../../packages/core/dist/testing/free-port.js";
import { isInstalled, missingServer, startPostgres, startRedis } from "../../packages/core/dist/testing/servers.js";

export { freePort };

/** For a look at what an engine does: `BENCH_ENGINE_ARGUMENTS="--cpu-prof --cpu-prof-dir=/tmp/profiles" pnpm bench ...`. */
const engineArguments = process.env["BENCH_ENGINE_ARGUMENTS"]?.split(" ") ?? [];

export const main = fileURLToPath(new URL("../../packages/cli/dist/main.js", import.meta.url));

/** A script of this folder that talks over IPC. `ask(message)` resolves with its answer. On one core if asked to. Linux. */
export async function startPart(script, environment = {}, { isOnOneCore = false } = {}) {
  const child = fork(fileURLToPath(new URL(`../parts/${script}`, import.meta.url)), {
    env: { ...process.env, ...environment },
    ...(isOnOneCore ? { execPath: "taskset", execArgv: ["--cpu-list", "0", process.execPath] } : {}),
  });
  const waiting = new Map();
  let next = 1;
  const ready = new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`${script} ended with ${code}`)));
    child.on("message", ({ id, answer }) => (id === 0 ? resolve(answer) : waiting.get(id)?.(answer)));
  });
  const facts = await ready;
  return {
    ...facts,
    pid: child.pid,
    ask(question) {
      const id = next++;
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        child.send({ id, ...question });
      });
    },
    stop: () => ended(child, "SIGTERM"),
  };
}

/** An engine on a folder; resolves when every pipeline runs. */
export async function startEngine(folder, environment) {
  const child = spawn(
    process.execPath,
    [
      "--max-semi-space-size=16",
      "--max-old-space-size=2000",
      ...engineArguments,
      main,
      "run",
      "--project",
      folder,
      "--log",
      "json",
    ],
    {
      env: { ...bareEnvironment(), ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  const keep = (chunk) => (output = (output + chunk).slice(-20_000));
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const socketPath = join(folder, ".signalbox", "control.sock");
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the engine ended with ${child.exitCode}:\n${output}`);
    const status = await statusOf(socketPath);
    if (status?.state === "running") break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    pid: child.pid,
    status: () => statusOf(socketPath),
    output: () => output,
    stop: () => ended(child, "SIGTERM"),
  };
}

/** The environment without the settings of whoever runs the bench. */
export function bareEnvironment() {
  const kept = { ...process.env, NO_COLOR: "1" };
  for (const name of Object.keys(kept)) if (/^(AKENZA|REDIS|DATABASE|SIGNALBOX)_/.test(name)) delete kept[name];
  return kept;
}

export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), "signalbox-bench-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Servers of the bench's own; undefined where they are not installed. */
export async function startServer(kind) {
  if (!isInstalled(kind)) {
    console.log(`skipped: ${missingServer(kind)}`);
    return undefined;
  }
  return kind === "redis" ? startRedis({ appendfsync: "everysec" }) : startPostgres();
}

/** CPU time a process has used, in microseconds; its memory and the most it had, in MB. Linux. */
export function usageOf(pid) {
  const ticks = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  const cpuUs = (Number(ticks[11]) + Number(ticks[12])) * 10_000;
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const megabytes = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]) / 1024;
  return { cpuUs, rssMb: megabytes("VmRSS"), peakMb: megabytes("VmHWM") };
}

/** The most memory a process has is counted from here on. Linux. */
export function resetPeak(pid) {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

function statusOf(socketPath) {
  return new Promise((resolve) => {
    const call = request({ socketPath, path: "/v1/status" }, (response) => {
      let text = "";
      response.on("data", (chunk) => (text += chunk));
      response.on("end", () => resolve(response.statusCode === 200 ? JSON.parse(text) : undefined));
    });
    call.on("error", () => resolve(undefined));
    call.end();
  });
}

function ended(child, signal) {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.once("exit", resolve);
    child.kill(signal);
  });
}
