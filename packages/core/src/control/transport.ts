import { request, type IncomingMessage, type RequestOptions } from "node:http";
import { type ControlAddress, readEndpoint } from "./address.ts";

export interface ControlReply {
  readonly status: number;
  readonly body: string;
}

/** What is asked: a GET, or a POST of `body` as JSON. */
export interface ControlCall {
  readonly path: string;
  readonly body?: unknown;
}

/**
 * One call to whoever listens at `address`; undefined when nobody does (no file, a stale socket, a refused connection).
 * Rejects when someone listens but does not answer within `timeoutMs`, or breaks off.
 */
export async function controlCall(
  address: ControlAddress,
  { path, body }: ControlCall,
  timeoutMs: number,
): Promise<ControlReply | undefined> {
  const target = await requestTarget(address);
  if (target === undefined) return undefined;
  try {
    const method = body === undefined ? "GET" : "POST";
    return await send({ ...target, method, path, agent: false, signal: AbortSignal.timeout(timeoutMs) }, body);
  } catch (error) {
    if (isNobody(error)) return undefined;
    throw error;
  }
}

export interface ControlStream {
  readonly status: number;
  readonly lines: AsyncIterable<string>;
}

/** A call whose answer goes on: resolves when it begins; undefined as in `controlCall`. The signal ends it. */
export async function controlStream(
  address: ControlAddress,
  path: string,
  signal: AbortSignal,
): Promise<ControlStream | undefined> {
  const target = await requestTarget(address);
  if (target === undefined) return undefined;
  try {
    const response = await begin({ ...target, method: "GET", path, agent: false, signal });
    return { status: response.statusCode ?? 0, lines: linesOf(response, signal) };
  } catch (error) {
    if (isNobody(error)) return undefined;
    throw error;
  }
}

function begin(options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(options, resolve);
    sent.on("error", reject);
    sent.end();
  });
}

async function* linesOf(response: IncomingMessage, signal: AbortSignal): AsyncGenerator<string> {
  let rest = "";
  try {
    for await (const chunk of response.setEncoding("utf8") as AsyncIterable<string>) {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
  } catch (error) {
    if (!signal.aborted && !isCutOff(error)) throw error;
  }
}

/** The engine has stopped, or died: that ends what it told. */
function isCutOff(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ECONNRESET";
}

async function requestTarget(address: ControlAddress): Promise<RequestOptions | undefined> {
  if (address.transport === "socket") return { socketPath: address.path };
  const endpoint = await readEndpoint(address.path);
  if (endpoint === undefined) return undefined;
  return { host: "127.0.0.1", port: endpoint.port, headers: { authorization: `Bearer ${endpoint.token}` } };
}

function send(options: RequestOptions, body: unknown): Promise<ControlReply> {
  return new Promise((resolve, reject) => {
    const sent = request(options, (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") });
      });
    });
    sent.on("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

// ENOTSOCK: the path is an ordinary file. Nobody answers there either; the server will say so when it wants to listen.
const nobody: ReadonlySet<unknown> = new Set(["ENOENT", "ECONNREFUSED", "ENOTSOCK"]);

function isNobody(error: unknown): boolean {
  return error instanceof Error && "code" in error && nobody.has(error.code);
}
