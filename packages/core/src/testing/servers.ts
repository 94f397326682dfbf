import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { accessSync, chownSync, constants, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { freePort } from "./free-port.ts";

// Starts real redis-server and PostgreSQL processes on free loopback ports, for tests and benches.
// Not here: anything that pretends to be one.

export type ServerKind = "redis" | "postgres";

/** A server started for a test. It dies with `stop` or `kill`; its folder goes with `stop`. */
export interface TestServer {
  readonly url: string;
  readonly pid: number;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
  /** Ends it at once (SIGKILL), as a crash would; `restart` brings it back with what it had on disk. */
  kill(): Promise<void>;
  /** Starts it again on the same port and folder; ends it cleanly first if it still runs. */
  restart(): Promise<void>;
  /** Stops (SIGSTOP) or continues (SIGCONT) the process: a server that is connected and does not answer. */
  freeze(): void;
  thaw(): void;
}

const installs: Record<ServerKind, string> = {
  redis: "redis-server is not installed (Debian: apt-get install redis-server, macOS: brew install redis)",
  postgres: "PostgreSQL is not installed (Debian: apt-get install postgresql, macOS: brew install postgresql)",
};

/** Why tests on `kind` have to be skipped, with how to install it; undefined when they can run. With CI=true, missing is an error. */
export function missingServer(kind: ServerKind): string | undefined {
  if (isInstalled(kind)) return undefined;
  if (process.env["CI"] === "true") throw new Error(`CI must test on every store: ${installs[kind]}`);
  return installs[kind];
}

export function isInstalled(kind: ServerKind): boolean {
  return binary(kind === "redis" ? "redis-server" : "initdb") !== undefined;
}

/** A Redis with AOF on every write and `noeviction`; `config` overrides (`{ appendonly: "no" }`). */
export async function startRedis(config: Readonly<Record<string, string>> = {}): Promise<TestServer> {
  const port = await freePort();
  const folder = ownFolder("redis");
  const settings = { appendonly: "yes", appendfsync: "always", save: "", "maxmemory-policy": "noeviction", ...config };
  const options = Object.entries({ port: String(port), bind: "127.0.0.1", dir: folder, ...settings });
  const args = options.flatMap(([name, value]) => [`--${name}`, value]);
  return supervise({
    folder,
    url: `redis://127.0.0.1:${port}`,
    start: () => launch("redis-server", args, folder),
    isReady: (line) => line.includes("Ready to accept connections"),
    stopSignal: "SIGTERM",
    endSignal: "SIGKILL",
  });
}

/** A PostgreSQL with an empty database `signalbox` and a superuser of that name without password. */
export async function startPostgres(): Promise<TestServer> {
  const port = await freePort();
  const folder = ownFolder("postgres");
  const data = join(folder, "data");
  execFileSync(...asServerUser("initdb", ["-D", data, "-U", "signalbox", "-A", "trust", "-E", "UTF8", "--no-sync"]), {
    cwd: folder,
    stdio: "pipe",
  });
  const settings = ["listen_addresses=127.0.0.1", `port=${port}`, `unix_socket_directories=${folder}`];
  const args = ["-D", data, ...settings.flatMap((setting) => ["-c", setting])];
  return supervise({
    folder,
    url: `postgres://signalbox@127.0.0.1:${port}/postgres`,
    start: () => launch("postgres", args, folder),
    isReady: (line) => line.includes("database system is ready to accept connections"),
    // SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for the clients to leave.
    stopSignal: "SIGINT",
    // Ends at once and leaves no shared memory behind.
    endSignal: "SIGQUIT",
  });
}

export interface ServerPlan {
  readonly folder: string;
  readonly url: string;
  /** Ends it with all on disk. */
  readonly stopSignal: NodeJS.Signals;
  /** Ends it quickly, when its folder goes too. */
  readonly endSignal: NodeJS.Signals;
  start(): ChildProcess;
  isReady(line: string): boolean;
}

export async function supervise(plan: ServerPlan): Promise<TestServer> {
  let child = await started(plan);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once("exit", resolve));
    signalAll(child, "SIGCONT");
    if (signal === "SIGKILL") signalAll(child, signal);
    else child.kill(signal);
    await exited;
  };
  return {
    url: plan.url,
    get pid() {
      return child.pid ?? 0;
    },
    kill: () => end("SIGKILL"),
    freeze: () => signalAll(child, "SIGSTOP"),
    thaw: () => signalAll(child, "SIGCONT"),
    async stop() {
      await end(plan.endSignal);
      rmSync(plan.folder, { recursive: true, force: true });
    },
    async restart() {
      await end(plan.stopSignal);
      child = await started(plan);
    },
  };
}

/** A PostgreSQL is several processes: those of a killed one would keep its shared memory from the next. */
function signalAll(child: ChildProcess, signal: NodeJS.Signals): void {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  const pairs = table.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  const children = pairs.filter(([, parent]) => parent === child.pid).map(([pid]) => pid ?? 0);
  for (const pid of [child.pid ?? 0, ...children]) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended in between.
    }
  }
}

/** Resolves once the server says on its own output that it takes connections. */
function started(plan: ServerPlan): Promise<ChildProcess> {
  const child = plan.start();
  return new Promise((resolve, reject) => {
    let output = "";
    const fail = (): void => reject(new Error(`The server ended while it started:\n${output}`));
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      if (!plan.isReady(output)) return;
      child.off("exit", fail);
      for (const stream of [child.stdout, child.stderr]) stream?.removeAllListeners("data").resume();
      resolve(child);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("error", reject);
    child.once("exit", fail);
  });
}

export function launch(name: string, args: readonly string[], folder: string): ChildProcess {
  const [command, all] = asServerUser(name, args);
  const child = spawn(command, all, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  // A test run that is killed must not leave servers behind.
  const last = (): void => void child.kill("SIGKILL");
  process.once("exit", last);
  child.once("exit", () => process.off("exit", last));
  return child;
}

/** PostgreSQL refuses to run as root, as which containers often test: then `setpriv` gives the rights up first. */
function asServerUser(name: string, args: readonly string[]): [string, string[]] {
  const file = binary(name);
  if (file === undefined) throw new Error(`${name} is not installed.`);
  if (name === "redis-server" || process.getuid?.() !== 0) return [file, [...args]];
  const { uid, gid } = nobody();
  return ["setpriv", [`--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", file, ...args]];
}

function nobody(): { uid: number; gid: number } {
  const id = (flag: string): number => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

export function ownFolder(kind: string): string {
  const folder = mkdtempSync(join(tmpdir(), `signalbox-${kind}-`));
  if (kind === "postgres" && process.getuid?.() === 0) chownSync(folder, nobody().uid, nobody().gid);
  return folder;
}

/** Debian keeps PostgreSQL's programs off the PATH, one folder per version: the newest is taken. */
function binary(name: string): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = list(debian).sort((a, b) => Number(b) - Number(a));
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...versions.map((v) => join(debian, v, "bin"))];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
