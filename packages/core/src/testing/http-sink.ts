import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { Sink, WriteResult } from "../component/contracts.ts";
import type { Message } from "../message.ts";
import { sinkFrom, testMessage } from "./component.ts";
import type { TestContextOptions } from "./context.ts";
import { httpSink } from "../components/sinks/http.ts";

/** A request as the server saw it. */
export interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  readonly port: number | undefined;
}
export type Answer = (response: ServerResponse, seen: Seen) => void;

export const signal: AbortSignal = new AbortController().signal;

/** A server that keeps what it saw and answers as told, until the test is over or `stop` is called. */
export async function serve(answer: Answer = (response) => response.end("ok")) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url, headers, socket } = request;
      const one = { method, url, headers, body: Buffer.concat(chunks).toString(), port: socket.remotePort };
      seen.push(one);
      answer(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((resolve) => void server.close(() => resolve()));
  };
  onTestFinished(stop);
  return { seen, stop, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** An http sink from YAML, open until the test is over. */
export async function openSink(yaml: string, options?: TestContextOptions): Promise<Sink> {
  const sink = sinkFrom(httpSink, yaml, options);
  await sink.open?.(signal);
  onTestFinished(() => sink.close?.());
  return sink;
}

/** The results of one write to such a sink. */
export async function send(
  yaml: string,
  messages: readonly Message[] = [testMessage({ a: 1 })],
  options?: TestContextOptions,
): Promise<readonly WriteResult[]> {
  return (await openSink(yaml, options)).write(messages, signal);
}
