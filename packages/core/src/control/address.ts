import { readFile } from "node:fs/promises";

/**
 * Where the control API of a project folder is found. A unix socket is guarded by its file mode; on loopback a file of
 * the same guard holds the port and the token that a request must carry.
 */
export type ControlAddress =
  { readonly transport: "socket"; readonly path: string } | { readonly transport: "loopback"; readonly path: string };

/** What the endpoint file of a loopback control API holds, as JSON. */
export interface LoopbackEndpoint {
  readonly port: number;
  readonly token: string;
}

// The shortest sun_path among the systems Node runs on (macOS) holds 104 bytes with the closing zero. Node cuts a longer
// path off without a word, so that an engine would listen where nobody looks.
const longestSocketPath = 103;

/** Engine and client agree on the transport without talking: it follows from the platform and the path alone. */
export function controlAddress(socketPath: string, platform: NodeJS.Platform = process.platform): ControlAddress {
  const hasSockets = platform !== "win32" && Buffer.byteLength(socketPath) <= longestSocketPath;
  return hasSockets ? { transport: "socket", path: socketPath } : { transport: "loopback", path: `${socketPath}.json` };
}

/** The endpoint in an endpoint file; undefined when there is none, or none that can be understood. */
export async function readEndpoint(path: string): Promise<LoopbackEndpoint | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as Partial<LoopbackEndpoint> | null;
    if (typeof value?.port !== "number" || typeof value.token !== "string") return undefined;
    return { port: value.port, token: value.token };
  } catch {
    return undefined;
  }
}
