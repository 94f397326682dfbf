// Receives what a contestant forwards, over WebSocket or HTTP, and counts it. It can be down for a while.
import { createRequire } from "node:module";
import { createArrivals } from "../lib/arrivals.mjs";
import { receiveHttp } from "../lib/http-receiver.mjs";

const { WebSocketServer } = createRequire(new URL("../../packages/akenza/package.json", import.meta.url))("ws");
const arrivals = createArrivals();
let server = await listen(0);
const { port } = server.address();

function listen(port) {
  return new Promise((resolve) => {
    const server = new WebSocketServer({ port, host: "127.0.0.1", perMessageDeflate: false });
    server.on("connection", (socket) => socket.on("message", arrivals.take));
    server.on("listening", () => resolve(server));
  });
}

function goDown() {
  for (const client of server.clients) client.terminate();
  return new Promise((resolve) => server.close(() => resolve({})));
}

async function answer({ kind, count, below, timeoutMs }) {
  switch (kind) {
    case "clear":
      arrivals.clear();
      return {};
    case "p99":
      return arrivals.takeP99();
    case "expect":
      return arrivals.expect(count, timeoutMs);
    case "expectBelow":
      return arrivals.expectBelow(below, timeoutMs);
    case "down":
      return goDown();
    case "up":
      server = await listen(port);
      return {};
  }
}

process.on("message", ({ id, ...question }) => {
  void answer(question).then((answer) => process.send({ id, answer }));
});
process.on("SIGTERM", () => process.exit(0));
process.send({ id: 0, answer: { port, httpPort: await receiveHttp(arrivals.take) } });
