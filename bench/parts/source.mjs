// Plays akenza: sends samples to whoever subscribed, as fast as the socket takes them or at a rate.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { monotonicMs } from "../lib/clock.mjs";
import { deviceIds, sampleText } from "../lib/mapping.mjs";

const { WebSocketServer } = createRequire(new URL("../../packages/akenza/package.json", import.meta.url))("ws");
const devices = deviceIds(Number(process.env.DEVICES ?? 1));
const subscribed = new Set();
const highWaterBytes = 256 * 1024;

const burst = 64;

let client;
let tcp;
const server = createServer((request, response) => response.writeHead(404).end("{}"));
const sockets = new WebSocketServer({ server, path: "/v3/data-streams" });
sockets.on("connection", (socket, request) => {
  const now = new Date().toISOString();
  socket.send(JSON.stringify({ type: "connected", message: "hello", timestamp: now, timeStamp: now }));
  socket.on("message", (text) => {
    const { type, id = null, subscriptions } = JSON.parse(text);
    if (type !== "subscribe") return;
    const accepted = subscriptions.map((each) => ({ ...each, tagId: null, valid: true }));
    socket.send(
      JSON.stringify({ type: "subscribed", replyTo: id, timeStamp: now, subscriptions: accepted, message: null }),
    );
    for (const { assetId } of subscriptions) subscribed.add(assetId);
    client = socket;
    tcp = request.socket;
  });
});

function frame(seq) {
  const sample = sampleText(seq, devices[seq % devices.length], monotonicMs());
  return `{"type":"sample_insert","sample":${sample}}`;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

// Corked, a burst leaves in one system call: a source slower than its readers would be all that is measured.
async function flood({ from, count }) {
  for (let seq = from; seq < from + count;) {
    tcp.cork();
    for (const end = Math.min(seq + burst, from + count); seq < end; seq += 1) client.send(frame(seq));
    tcp.uncork();
    await turn();
    while (client.bufferedAmount > highWaterBytes) await turn();
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
  process.send({ id, answer: { isSubscribed: subscribed.size === devices.length } });
}

process.on("message", (question) => void answer(question));
process.on("SIGTERM", () => process.exit(0));
server.listen(0, "127.0.0.1", () => process.send({ id: 0, answer: { port: server.address().port, devices } }));
