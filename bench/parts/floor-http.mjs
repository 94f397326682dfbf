// The floor over HTTP: bare ws, JSON.parse, mapping by hand, a POST per event with undici's dispatch on kept connections.
import { createRequire } from "node:module";
import { readSamples } from "../lib/floor-source.mjs";
import { mapByHand } from "../lib/mapping.mjs";

const { Pool } = createRequire(new URL("../../packages/core/package.json", import.meta.url))("undici");
const connections = 32;
const most = connections * 2;

const pool = new Pool(`http://127.0.0.1:${process.env.SINK_HTTP_PORT}`, { connections, pipelining: 1 });
const headers = ["content-type", "application/json"];
let inFlight = 0;

function done() {
  inFlight -= 1;
  if (source.isPaused && inFlight <= most / 2) source.resume();
}

// One object for all requests: undici calls it back and keeps nothing in it. The least that can be called forwarding: an
// answer counts as one only if its status says so.
const handler = {
  onRequestStart() {},
  onResponseStart(_controller, status) {
    if (status >= 300) throw new Error(`answered ${status}`);
  },
  onResponseData() {},
  onResponseEnd: done,
  onResponseError(_controller, error) {
    throw error;
  },
};

const source = readSamples((sample) => {
  inFlight += 1;
  pool.dispatch({ path: "/ingest", method: "POST", headers, body: JSON.stringify(mapByHand(sample)) }, handler);
  if (inFlight >= most) source.pause();
});
