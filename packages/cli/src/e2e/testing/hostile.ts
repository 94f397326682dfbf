// A server that quotes secrets in whatever it says, and never does what it is asked for: over HTTP, WebSocket, and the
// protocols of Redis and PostgreSQL.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

export interface HostileServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts one on a free port. It says words in turn; a path of three digits chooses the status of its answer. */
export async function startHostileServer(words: () => readonly string[]): Promise<HostileServer> {
  const sockets = new Set<Socket>();
  let said = 0;
  const next = (): string => words()[said++ % words().length] ?? "";
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    socket.on("data", (chunk: Buffer) => answer(socket, chunk, next));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function answer(socket: Socket, chunk: Buffer, next: () => string): void {
  const text = chunk.toString("latin1");
  if (/^[A-Z]+ \S+ HTTP/.test(text)) answerHttp(socket, text, next);
  else if (/^\*\d/.test(text)) answerRedis(socket, text, next);
  else answerPostgres(socket, chunk, next);
}

function answerHttp(socket: Socket, request: string, next: () => string): void {
  const key = /sec-websocket-key: (\S+)/i.exec(request)?.[1];
  if (key !== undefined && !request.includes("/v3/")) return answerWebSocket(socket, key, next);
  const status = /^\w+ \S*\/(\d{3})\b/.exec(request)?.[1] ?? (request.startsWith("POST") ? "400" : "503");
  // A secret that is cut off by whoever quotes only the beginning of this.
  const body = JSON.stringify({ message: next(), more: `${".".repeat(8)}${next()}`.padEnd(490, "_") + next() });
  const head = [
    `HTTP/1.1 ${status} No`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n${body}`);
}

/** Accepts, and closes at once. */
function answerWebSocket(socket: Socket, key: string, next: () => string): void {
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  const head = ["HTTP/1.1 101 Yes", "upgrade: websocket", "connection: upgrade", `sec-websocket-accept: ${accept}`];
  const word = Buffer.from(next());
  // There is no room for more.
  const reason = word.length <= 123 ? word : Buffer.alloc(0);
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  socket.end(Buffer.concat([Buffer.from([0x88, reason.length + 2, 0x03, 0xf0]), reason]));
}

function answerRedis(socket: Socket, request: string, next: () => string): void {
  const commands = request.match(/(^|\n)\*\d+\r\n/g) ?? [];
  socket.write(commands.map(() => `-WRONGPASS no, not with ${next().replaceAll(/[\r\n]/g, " ")}\r\n`).join(""));
}

const sslRequest = 80_877_103;

function answerPostgres(socket: Socket, chunk: Buffer, next: () => string): void {
  if (chunk.length === 8 && chunk.readInt32BE(4) === sslRequest) return void socket.write("N");
  // At first it asks for a password, which it then refuses with words that quote it.
  if (chunk[0] === 0) return void socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]));
  const fields = Buffer.from(`SFATAL\0C28P01\0Mno, not with ${next()}\0\0`);
  const head = Buffer.alloc(5);
  head.write("E");
  head.writeInt32BE(fields.length + 4, 1);
  socket.end(Buffer.concat([head, fields]));
}
