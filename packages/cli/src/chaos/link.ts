import { once } from "node:events";
import { createConnection, createServer, type AddressInfo, type Socket } from "node:net";

/** A way to a TCP server that can jam. Nothing is lost on it: what is held up arrives later, in order. */
export interface Link {
  readonly port: number;
  /** While jammed, nothing is carried on in either direction. */
  setJammed(isJammed: boolean): void;
  close(): Promise<void>;
}

/** Opens a link to a port of this machine. */
export async function openLink(toPort: number): Promise<Link> {
  const sockets = new Set<Socket>();
  let isJammed = false;

  function carry(from: Socket, to: Socket): void {
    sockets.add(from);
    from.on("data", (chunk) => {
      if (!to.write(chunk)) from.pause();
    });
    to.on("drain", () => {
      if (!isJammed) from.resume();
    });
    from.on("end", () => to.end());
    from.on("error", () => undefined);
    from.on("close", () => {
      sockets.delete(from);
      to.end();
    });
    if (isJammed) from.pause();
  }

  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = createConnection({ port: toPort, host: "127.0.0.1", allowHalfOpen: true });
    carry(near, far);
    carry(far, near);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    setJammed(value) {
      isJammed = value;
      for (const socket of sockets) {
        if (isJammed) socket.pause();
        else socket.resume();
      }
    },
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
