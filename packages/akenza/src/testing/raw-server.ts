import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

/** A WebSocket server that does what the test tells it, also what akenza never would. */
export interface RawServer {
  readonly url: string;
  /** Texts of the frames that came in, over all connections. */
  readonly received: readonly string[];
  /** Resolves with the `count`-th connection (from 1), past or to come. */
  connection(count: number): Promise<WebSocket>;
  /** Resolves when `count` frames have come in. */
  has(count: number): Promise<readonly string[]>;
  close(): Promise<void>;
}

export const greeting = JSON.stringify({ type: "connected", message: "hello", timeStamp: "2026-01-01T00:00:00Z" });

/** `onOpen` is called for each connection, before anything is read from it. */
export async function startRawServer(onOpen: (socket: WebSocket) => void = greet, autoPong = true): Promise<RawServer> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", autoPong });
  await once(server, "listening");
  const connections: WebSocket[] = [];
  const received: string[] = [];
  const waiters = new Set<() => void>();
  const changed = (): void => waiters.forEach((look) => look());
  server.on("connection", (socket) => {
    connections.push(socket);
    socket.on("message", (data) => {
      received.push((data as Buffer).toString());
      changed();
    });
    onOpen(socket);
    changed();
  });
  const when = <T>(look: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const attempt = (): void => {
        const found = look();
        if (found === undefined) return;
        waiters.delete(attempt);
        resolve(found);
      };
      waiters.add(attempt);
      attempt();
    });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    connection: (count) => when(() => connections[count - 1]),
    has: (count) => when(() => (received.length >= count ? received : undefined)),
    async close() {
      for (const socket of connections) socket.terminate();
      server.close();
      await once(server, "close");
    },
  };
}

export function greet(socket: WebSocket): void {
  socket.send(greeting);
}
