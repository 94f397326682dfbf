// The floor: bare ws, JSON.parse, plain JavaScript, one send per event. What an engine cannot beat without batching.
import { readSamples, WebSocket } from "../lib/floor-source.mjs";

const sink = new WebSocket(`ws://127.0.0.1:${process.env.SINK_PORT}`);
sink.on("open", () => {
  readSamples(({ deviceId, topic, timestamp, data }) =>
    sink.send(JSON.stringify({ deviceId, topic, timestamp, data })),
  );
});
