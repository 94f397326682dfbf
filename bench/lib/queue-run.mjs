// What the contestants of `queued` share: the messages, and how a run of them is measured.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { monotonicMs, wait } from "./clock.mjs";

const devices = 100;

export function deviceOf(number) {
  return `device-${number % devices}`;
}

export function bodyOf(number) {
  const climate = { temperatureF: 70.5, comfort: "good", humidity: 45, batteryLow: false };
  return { device: deviceOf(number), at: "2026-01-01T00:00:00.000Z", ...climate, number };
}

/** Answers `{ count }` with how fast so many messages went through, and `{ seconds }` with the delay of an idle event loop. */
export function answerRuns({ start, close }) {
  process.on("message", ({ id, count, seconds }) => {
    const measured = count === undefined ? idle(seconds) : loaded(count, start);
    void measured.then((answer) => process.send({ id, answer }));
  });
  process.on("SIGTERM", () => void close().then(() => process.exit(0)));
  process.send({ id: 0, answer: {} });
}

async function idle(seconds) {
  const takeP99 = watchEventLoop();
  await wait(seconds * 1000);
  return { p99Ms: takeP99() };
}

async function loaded(count, start) {
  const takeP99 = watchEventLoop();
  const startedAt = monotonicMs();
  const seen = new Set();
  let doubled = 0;
  await new Promise((resolve) => {
    const handled = (id) => {
      if (seen.has(id)) doubled += 1;
      seen.add(id);
      if (seen.size === count) resolve();
    };
    start({ count, handled });
  });
  return { perSecond: (count / (monotonicMs() - startedAt)) * 1000, doubled, p99Ms: takeP99() };
}

function watchEventLoop() {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  return () => {
    delay.disable();
    return delay.percentile(99) / 1e6;
  };
}
