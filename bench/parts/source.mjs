// Plays akenza: sends samples to whoever subscribed, as fast as the socket takes them or at a rate.
import { createServer } from "node:http";
import { createRequire } from "node:module";

const { WebSocketServer } = createRequire(new URL("../../packages/akenza/package.json", import.meta.url))("ws");
const device = "02d2327fedce2128";
const highWaterBytes = 256 * 1024;

let client;
const server = createServer((request, response) => response.writeHead(404).end("{}"));
const sockets = new WebSocketServer({ server, path: "/v3/data-streams" });
sockets.on("connection", (socket) => {
  const now = new Date().toISOString();
  socket.send(JSON.stringify({ type: "connected", message: "hello", timestamp: now, timeStamp: now }));
  socket.on("message", (text) => {
    const { type, id = null, subscriptions } = JSON.parse(text);
    if (type !== "subscribe") return;
    const accepted = subscriptions.map((each) => ({ ...each, tagId: null, valid: true }));
    socket.send(
      JSON.stringify({ type: "subscribed", replyTo: id, timeStamp: now, subscriptions: accepted, message: null }),
    );
    client = socket;
  });
});

// The timestamp makes the message id: each sample has its own.
function frame(seq) {
  const timestamp = new Date(1_700_000_000_000 + seq).toISOString();
  const data = {
    seq,
    temperature: 21.4,
    humidity: 45,
    co2: 612,
    light: 207,
    motion: false,
    occupancy: 2,
    batteryVoltage: 3.6,
    status: "GOOD",
  };
  return JSON.stringify({ type: "sample_insert", sample: { deviceId: device, topic: "default", timestamp, data } });
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function flood({ from, count }) {
  for (let seq = from; seq < from + count; seq += 1) {
    client.send(frame(seq));
    if (client.bufferedAmount > highWaterBytes) {
      while (client.bufferedAmount > highWaterBytes / 2) await turn();
    } else if (seq % 64 === 0) await turn();
  }
}

async function steady({ from, perSecond, seconds }) {
  const startedAt = performance.now();
  const count = perSecond * seconds;
  for (let sent = 0; sent < count;) {
    const due = Math.min(count, Math.floor(((performance.now() - startedAt) / 1000) * perSecond));
    for (; sent < due; sent += 1) client.send(frame(from + sent));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

async function answer({ id, kind, ...work }) {
  if (kind === "flood") await flood(work);
  else if (kind === "steady") await steady(work);
  process.send({ id, answer: { isSubscribed: client !== undefined } });
}

process.on("message", (question) => void answer(question));
process.on("SIGTERM", () => process.exit(0));
server.listen(0, "127.0.0.1", () => process.send({ id: 0, answer: { port: server.address().port, device } }));
