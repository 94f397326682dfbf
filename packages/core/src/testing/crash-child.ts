import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A child process that says what it did, one line each, until it is killed. */
export interface CrashChild {
  /** The lines so far. */
  readonly lines: readonly string[];
  /** Resolves with the line when one satisfies `matches` (at once when one already did); rejects when the child ends before. */
  line(matches: (line: string, index: number) => boolean): Promise<string>;
  /** SIGKILL; resolves when the process is gone and all it wrote has been read. */
  kill(): Promise<void>;
}

/** Starts `node args...`. What it writes to its error output becomes part of a failure. */
export function startCrashChild(args: readonly string[]): CrashChild {
  const child: ChildProcess = spawn(process.execPath, [...args], { stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
  const watchers = new Set<() => void>();
  const look = (): void => watchers.forEach((watch) => watch());
  let errors = "";
  child.stderr?.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on("line", (line) => {
      lines.push(line);
      look();
    });
  }
  let isGone = false;
  const gone = new Promise<void>((resolve) =>
    child.once("close", () => {
      isGone = true;
      look();
      resolve();
    }),
  );
  return {
    lines,
    line: (matches) =>
      new Promise((resolve, reject) => {
        const watch = (): void => {
          const found = lines.find(matches);
          if (found === undefined && !isGone) return;
          watchers.delete(watch);
          if (found !== undefined) resolve(found);
          else reject(new Error(`The child ended early:\n${lines.slice(-5).join("\n")}\n${errors}`));
        };
        watchers.add(watch);
        watch();
      }),
    async kill() {
      child.kill("SIGKILL");
      await gone;
    },
  };
}
