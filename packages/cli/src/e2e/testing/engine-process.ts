import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { EngineStatus } from "@signalbox/core";

/** A line of the engine's JSON log. */
export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** `signalbox run` in a process of its own. */
export interface EngineProcess {
  readonly lines: readonly LogLine[];
  /** Resolves with the first line that fits, past or to come; rejects with the end of the log when the process ends before. */
  said(fits: (line: LogLine) => boolean): Promise<LogLine>;
  /** Resolves once the condition holds; it is looked at again at every line of the log. */
  until(condition: () => Promise<boolean>): Promise<void>;
  /** Asks it to stop (SIGTERM); answers its exit code. */
  stop(): Promise<number | null>;
  /** kill -9. */
  kill(): Promise<void>;
}

export interface ProcessOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

const program = fileURLToPath(new URL("../../../dist/main.js", import.meta.url));

/** Starts an engine; `args` follow `run --log json`. The environment is `env` alone: nothing of the caller's leaks in. */
export function startEngine({ cwd, env, args = ["--summary", "0s"] }: ProcessOptions): EngineProcess {
  const child = spawnProgram(["run", "--log", "json", ...args], { cwd, env });
  const lines: LogLine[] = [];
  const watchers = new Set<() => void>();
  const look = (): void => watchers.forEach((watch) => watch());
  let errors = "";
  child.stderr?.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  createInterface({ input: child.stdout ?? process.stdin }).on("line", (line) => {
    lines.push(JSON.parse(line) as LogLine);
    look();
  });
  let isGone = false;
  const gone = once(child, "close").then(([code]) => {
    isGone = true;
    look();
    return code as number | null;
  });
  const early = (): Error => {
    const last = lines.slice(-8).map((line) => JSON.stringify(line));
    return new Error(`the engine ended early:\n${last.join("\n")}\n${errors}`);
  };

  return {
    lines,
    said: (fits) =>
      new Promise((resolve, reject) => {
        let seen = 0;
        const watch = (): void => {
          const found = lines.slice(seen).find(fits);
          seen = lines.length;
          if (found === undefined && !isGone) return;
          watchers.delete(watch);
          if (found === undefined) reject(early());
          else resolve(found);
        };
        watchers.add(watch);
        watch();
      }),
    async until(condition) {
      for (let seen = lines.length; !(await condition()); seen = lines.length) {
        if (isGone) throw early();
        if (lines.length === seen) await nextLine(watchers);
      }
    },
    stop() {
      child.kill("SIGTERM");
      return gone;
    },
    async kill() {
      child.kill("SIGKILL");
      await gone;
    },
  };
}

function nextLine(watchers: Set<() => void>): Promise<void> {
  return new Promise((resolve) => {
    const watch = (): void => {
      watchers.delete(watch);
      resolve();
    };
    watchers.add(watch);
  });
}

/** What `signalbox status --json` prints. */
export async function statusOf(options: ProcessOptions): Promise<EngineStatus> {
  const child = spawnProgram(["status", "--json", "--timeout", "30"], options);
  let out = "";
  child.stdout?.on("data", (chunk: Buffer) => (out += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`signalbox status ended with ${code}`);
  return JSON.parse(out) as EngineStatus;
}

function spawnProgram(args: readonly string[], { cwd, env }: ProcessOptions): ChildProcess {
  if (!existsSync(program)) throw new Error("these tests run the build: run `pnpm build` first");
  const { PATH = "" } = process.env;
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    env: { PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // A test run that is killed must not leave engines behind.
  const last = (): void => void child.kill("SIGKILL");
  process.once("exit", last);
  child.once("exit", () => process.off("exit", last));
  return child;
}
