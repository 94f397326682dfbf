import { randomBytes } from "node:crypto";
import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Server } from "node:http";
import { dirname } from "node:path";
import { systemClock } from "../clock.ts";
import { SignalboxError, toSignalboxError } from "../errors/error.ts";
import type { ControlAddress, LoopbackEndpoint } from "./address.ts";

export interface Listening {
  /** The token a request must carry; undefined where the socket's file mode is the guard. */
  readonly token: string | undefined;
  /** Where to find it, for a person. */
  readonly where: string;
}

/** How to learn whether a living engine answers at an address; gives its process id when one does. */
export type Probe = (address: ControlAddress) => Promise<number | "unknown" | undefined>;

/**
 * Makes `server` listen at `address`. What a dead engine left there is replaced; a living one is refused with
 * ENGINE_ALREADY_RUNNING. Fails with CONTROL_SOCKET_FAILED when the place cannot be used.
 */
export async function listenAt(server: Server, address: ControlAddress, probe: Probe): Promise<Listening> {
  try {
    await mkdir(dirname(address.path), { recursive: true });
    return (await claim(server, address)) ?? (await takeOver(server, address, probe));
  } catch (error) {
    throw toSignalboxError(error, "CONTROL_SOCKET_FAILED", {
      hint: `the control API wants to listen at ${address.path}`,
    });
  }
}

function claim(server: Server, address: ControlAddress): Promise<Listening | undefined> {
  return address.transport === "socket" ? claimSocket(server, address.path) : claimLoopback(server, address.path);
}

/** Undefined when the place is taken, by a living engine or by what a dead one left. */
async function claimSocket(server: Server, path: string): Promise<Listening | undefined> {
  // The mode must be right from the start: between listen and a chmod anybody could connect. listen binds before it returns.
  const umask = process.umask(0o177);
  try {
    server.listen(path);
  } finally {
    process.umask(umask);
  }
  return (await isListening(server)) ? { token: undefined, where: path } : undefined;
}

async function claimLoopback(server: Server, path: string): Promise<Listening | undefined> {
  if (!server.listening) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  }
  // listening on TCP
  const { port } = server.address() as AddressInfo;
  const endpoint: LoopbackEndpoint = { port, token: randomBytes(32).toString("hex") };
  try {
    await writeFile(path, JSON.stringify(endpoint), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (hasCode(error, "EEXIST")) return undefined;
    throw error;
  }
  return { token: endpoint.token, where: `http://127.0.0.1:${port} (token in ${path})` };
}

async function isListening(server: Server): Promise<boolean> {
  try {
    await once(server, "listening");
    return true;
  } catch (error) {
    if (hasCode(error, "EADDRINUSE")) return false;
    throw error;
  }
}

/**
 * Takes away what a dead engine left, and claims its place. Under a lock: of two engines that find the same dead socket,
 * the slower one would otherwise remove the fresh socket of the faster.
 */
async function takeOver(server: Server, address: ControlAddress, probe: Probe): Promise<Listening> {
  const lock = `${address.path}.takeover`;
  if (!(await lockFile(lock))) throw alreadyRunning(address, undefined);
  try {
    const pid = await probe(address);
    if (pid !== undefined) throw alreadyRunning(address, pid);
    const found = await stat(address.path).catch(() => undefined);
    // A path set by mistake must not cost a file.
    if (address.transport === "socket" && found !== undefined && !found.isSocket()) {
      throw new SignalboxError("CONTROL_SOCKET_FAILED", `${address.path} exists and is not a socket`);
    }
    await rm(address.path, { force: true });
    const listening = await claim(server, address);
    if (listening !== undefined) return listening;
  } finally {
    await rm(lock, { force: true });
  }
  throw alreadyRunning(address, undefined);
}

// A takeover lasts milliseconds: an older lock belongs to an engine that was killed in the middle of one.
const longestTakeoverMs = 10_000;

/** False while another engine is at it. */
async function lockFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined && systemClock.now() - found.mtimeMs > longestTakeoverMs) await rm(path, { force: true });
  try {
    await writeFile(path, "", { flag: "wx" });
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

function alreadyRunning(address: ControlAddress, pid: number | "unknown" | undefined): SignalboxError {
  const who = typeof pid === "number" ? ` (process ${pid})` : "";
  return new SignalboxError("ENGINE_ALREADY_RUNNING", `an engine of this project runs already${who}`, {
    hint: `it answers at ${address.path}; ask it with \`signalbox status\`, or stop it first`,
  });
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
