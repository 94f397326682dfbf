import { startTestEngine } from "@signalbox/core/testing";
import type { BackendSettings } from "../settings.ts";
import { testBackend } from "./fixtures.ts";

// A program for the kill test of the lanes: an engine whose sinks write to the test's server, until it is killed.
// As `victim` it takes messages and says when all are parked; as `heir` it only has what is parked. Not a part of the API.

const [settings = "", url = "", role = ""] = process.argv.slice(2);
const backend = testBackend(JSON.parse(settings) as BackendSettings);
const yaml = `name: killed
source: { feed: { id: in } }
sinks:
  - http: { url: "${url}/one" }
    name: one
    retry: &retry { attempts: 1000, backoff: 100ms, maxBackoff: 100ms }
    breaker: &breaker { failures: 2, openFor: 100ms, maxOpenFor: 100ms }
  - http: { url: "${url}/lists" }
    name: lists
    batch: { count: 4, linger: 20ms }
    retry: *retry
    breaker: *breaker
`;
const run = await startTestEngine({ create: () => backend, stop: async () => undefined }, yaml);
if (role === "victim") {
  const sent = Array.from({ length: 40 }, (_, n) => {
    const device = `d${n % 4}`;
    return run.feed("in").send({ id: `m${n}`, device, body: { device, n } });
  });
  await Promise.all(sent);
  process.stdout.write("parked\n");
}
setInterval(() => {
  if (run.counts("killed").parked === 0) process.stdout.write("nothing parked\n");
}, 50);
