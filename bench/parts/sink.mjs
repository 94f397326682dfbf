// Receives what a contestant forwards, and counts: arrivals, losses, doubles, and how fast they came.
import { createRequire } from "node:module";

const { WebSocketServer } = createRequire(new URL("../../packages/akenza/package.json", import.meta.url))("ws");
let seen = new Set();
let doubled = 0;
let waiting;
const times = [];
const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
server.on("connection", (socket) => {
  socket.on("message", (text) => {
    const { seq } = JSON.parse(text).data;
    if (seen.has(seq)) doubled += 1;
    seen.add(seq);
    times.push(performance.now());
    if (waiting !== undefined && seen.size >= waiting.count) finish();
  });
});

function finish() {
  clearTimeout(waiting.timer);
  const { id, count } = waiting;
  waiting = undefined;
  // From a fifth to nineteen twentieths of the arrivals: without the start and the tail.
  const first = times[Math.floor(times.length * 0.2)];
  const last = times[Math.floor(times.length * 0.95)];
  const perSecond = ((times.length * 0.75) / (last - first)) * 1000;
  process.send({ id, answer: { perSecond, lost: count - seen.size, doubled } });
}

process.on("message", ({ id, kind, count, timeoutMs }) => {
  if (kind === "clear") {
    seen = new Set();
    doubled = 0;
    times.length = 0;
    return process.send({ id, answer: {} });
  }
  waiting = { id, count, timer: setTimeout(finish, timeoutMs) };
  if (seen.size >= count) finish();
});
process.on("SIGTERM", () => process.exit(0));
server.on("listening", () => process.send({ id: 0, answer: { port: server.address().port } }));
