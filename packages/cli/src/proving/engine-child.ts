import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { ClockMessage } from "./clock-preload.ts";
import type { Journal } from "./journal.ts";

export interface EngineOptions {
  /** `main.js` of the engine under test. */
  readonly program: string;
  /** The project folder. */
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  /** Its log goes there. */
  readonly log: Journal;
}

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Whether it had said that its pipelines run. */
  readonly hasRun: boolean;
  /** What it wrote that is no line of the log. */
  readonly errors: string;
}

/** One engine process. */
export interface EngineChild {
  readonly hasRun: boolean;
  /** Resolves when its pipelines run; with false when it ended before. */
  readonly running: Promise<boolean>;
  readonly ended: Promise<Ending>;
  signal(name: NodeJS.Signals): void;
  shiftClock(shiftMs: number): void;
}

/** The engine of this checkout. */
export const ownProgram = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

const preload = fileURLToPath(new URL("../../dist/proving/clock-preload.js", import.meta.url));
const mostErrors = 10_000;

/** Starts an engine whose wall clock is `shiftMs` off. */
export function startEngine({ program, dir, env, log }: EngineOptions, shiftMs: number): EngineChild {
  const args = ["--import", preload, program, "run", "--log", "json", "--summary", "0s"];
  const { PATH = "" } = process.env;
  const child = spawn(process.execPath, args, {
    cwd: dir,
    env: { PATH, ENGINE_CLOCK_SHIFT_MS: String(shiftMs), SIGNALBOX_CONSOLE_PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  endWithUs(child);
  let hasRun = false;
  let errors = "";
  let say = (_isRunning: boolean): void => undefined;
  const running = new Promise<boolean>((resolve) => (say = resolve));
  child.stderr?.on("data", (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-mostErrors)));
  createInterface({ input: child.stdout ?? process.stdin }).on("line", (line) => {
    const entry = parse(line);
    if (entry === undefined) errors += `${line}\n`;
    else log.write({ pid: child.pid, ...entry });
    if (entry?.["msg"] !== "Signalbox runs.") return;
    hasRun = true;
    say(true);
  });
  const ended = once(child, "close").then(([code, signal]): Ending => {
    say(false);
    return { code: code as number | null, signal: signal as NodeJS.Signals | null, hasRun, errors };
  });
  return {
    get hasRun() {
      return hasRun;
    },
    running,
    ended,
    signal: (name) => void child.kill(name),
    shiftClock(shiftMs) {
      const message: ClockMessage = { shiftMs };
      // It may be ending: then there is no clock to move, and the next one starts with it.
      if (child.connected) child.send(message, () => undefined);
    },
  };
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

// A run that is interrupted must not leave engines behind.
function endWithUs(child: ChildProcess): void {
  const last = (): void => void child.kill("SIGKILL");
  process.once("exit", last);
  child.once("exit", () => process.off("exit", last));
}
