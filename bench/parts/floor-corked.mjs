// The corked floor: bare ws, JSON.parse, mapping by hand; what one read of the source brought leaves in one system call.
import { readSamples, WebSocket } from "../lib/floor-source.mjs";
import { mapByHand } from "../lib/mapping.mjs";

const highWaterBytes = 1024 * 1024;

let tcp;
const sink = new WebSocket(`ws://127.0.0.1:${process.env.SINK_PORT}`);
sink.on("upgrade", (response) => (tcp = response.socket));
sink.on("open", () => {
  let isCorked = false;
  const uncork = () => {
    isCorked = false;
    tcp.uncork();
  };
  const source = readSamples((sample) => {
    if (!isCorked) {
      isCorked = true;
      tcp.cork();
      setImmediate(uncork);
    }
    sink.send(JSON.stringify(mapByHand(sample)));
    if (sink.bufferedAmount < highWaterBytes || source.isPaused) return;
    source.pause();
    tcp.once("drain", () => source.resume());
  });
});
