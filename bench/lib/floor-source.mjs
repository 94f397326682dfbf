import { createRequire } from "node:module";
import { deviceIds } from "./mapping.mjs";

export const { WebSocket } = createRequire(new URL("../../packages/akenza/package.json", import.meta.url))("ws");

/** What the floors share: the source's side. Hands each sample to `handle` and tells the bench when it is subscribed. */
export function readSamples(handle) {
  const { SOURCE_PORT, DEVICES } = process.env;
  const source = new WebSocket(`ws://127.0.0.1:${SOURCE_PORT}/v3/data-streams?xApiKey=bench`);
  source.on("message", (text) => {
    const frame = JSON.parse(text);
    if (frame.type === "sample_insert") return handle(frame.sample);
    if (frame.type === "subscribed") return process.send({ id: 0, answer: {} });
    if (frame.type !== "connected") return;
    const subscriptions = deviceIds(Number(DEVICES)).map((assetId) => ({ assetId, topic: "*" }));
    source.send(JSON.stringify({ type: "subscribe", id: 1, subscriptions }));
  });
  return source;
}

process.on("SIGTERM", () => process.exit(0));
