// What looks at an engine in daily use: open pages that follow it live, a Prometheus, and a receiver of traces.
import { createServer } from "node:http";

const scrapeMs = 1_000;

const seen = { liveBytes: 0, scrapes: 0, traces: 0, failures: 0 };

// Takes traces and throws them away: what counts is what sending them costs.
const receiver = createServer((request, response) => {
  request.resume();
  request.on("end", () => {
    seen.traces += 1;
    response.end();
  });
});
await new Promise((resolve) => receiver.listen(0, "127.0.0.1", resolve));

async function follow(url) {
  const answer = await fetch(`${url}/api/v1/live`);
  for await (const chunk of answer.body) seen.liveBytes += chunk.length;
}

async function scrape(url) {
  const text = await (await fetch(`${url}/metrics`)).text();
  if (!text.includes("signalbox_")) throw new Error("no metrics");
  seen.scrapes += 1;
}

// The engine that is looked at ends before this part does.
const failed = () => void (seen.failures += 1);

function watch({ url, pages }) {
  for (let page = 0; page < pages; page += 1) void follow(url).catch(failed);
  setInterval(() => void scrape(url).catch(failed), scrapeMs);
  return {};
}

process.on("message", ({ id, ...question }) => {
  process.send({ id, answer: question.kind === "watch" ? watch(question) : { ...seen } });
});
process.on("SIGTERM", () => process.exit(0));
process.send({ id: 0, answer: { tracesPort: receiver.address().port } });
