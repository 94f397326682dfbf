// The floor: bare ws, JSON.parse, plain JavaScript, one send per event. What an engine cannot beat without batching.
import { createRequire } from "node:module";

const { WebSocket } = createRequire(new URL("../../packages/akenza/package.json", import.meta.url))("ws");
const { SOURCE_PORT, SINK_PORT, DEVICE } = process.env;
const sink = new WebSocket(`ws://127.0.0.1:${SINK_PORT}`);
sink.on("open", () => {
  const source = new WebSocket(`ws://127.0.0.1:${SOURCE_PORT}/v3/data-streams?xApiKey=bench`);
  source.on("message", (text) => {
    const frame = JSON.parse(text);
    if (frame.type === "connected")
      source.send(JSON.stringify({ type: "subscribe", id: 1, subscriptions: [{ assetId: DEVICE, topic: "*" }] }));
    else if (frame.type === "subscribed") process.send({ id: 0, answer: {} });
    else if (frame.type === "sample_insert") {
      const { deviceId, topic, timestamp, data } = frame.sample;
      sink.send(JSON.stringify({ deviceId, topic, timestamp, data }));
    }
  });
});
process.on("SIGTERM", () => process.exit(0));
