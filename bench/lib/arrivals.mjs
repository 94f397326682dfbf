import { monotonicMs } from "./clock.mjs";
import { quantile } from "./stats.mjs";

// Parsed as little as can be: a sink slower than its writers would be all that is measured.
const numbers = /"seq":(\d+),"sentAt":([\d.]+)/;

/** Counts what arrives: losses, doubles, how fast it came and how late. */
export function createArrivals() {
  let seen = new Set();
  let doubled = 0;
  let watchers = [];
  const times = [];
  const latencies = [];
  // All before this number have arrived.
  let complete = 0;

  function take(text) {
    const [, seq, sentAt] = numbers.exec(text).map(Number);
    const now = monotonicMs();
    if (seen.has(seq)) doubled += 1;
    seen.add(seq);
    times.push(now);
    latencies.push(now - sentAt);
    while (seen.has(complete)) complete += 1;
    const done = watchers.filter(({ holds }) => holds());
    for (const { finish } of done) finish();
  }

  function watch(holds, timeoutMs) {
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        watchers = watchers.filter((each) => each.finish !== finish);
        resolve();
      };
      const timer = setTimeout(finish, timeoutMs);
      watchers.push({ holds, finish });
      if (holds()) finish();
    });
  }

  /** From a fifth to nineteen twentieths of the arrivals: without the start and the tail. */
  function rate() {
    const first = times[Math.floor(times.length * 0.2)];
    const last = times[Math.floor(times.length * 0.95)];
    return ((times.length * 0.75) / (last - first)) * 1000;
  }

  return {
    take,
    clear() {
      seen = new Set();
      doubled = 0;
      complete = 0;
      times.length = 0;
      latencies.length = 0;
    },
    /** Forgets how late things came, not what came. */
    takeP99() {
      const p99Ms = quantile(latencies, 0.99);
      times.length = 0;
      latencies.length = 0;
      return { p99Ms };
    },
    async expect(count, timeoutMs) {
      await watch(() => seen.size >= count, timeoutMs);
      return { perSecond: rate(), p99Ms: quantile(latencies, 0.99), lost: count - seen.size, doubled };
    },
    /** Resolves when every number below `below` has arrived, or in time. */
    async expectBelow(below, timeoutMs) {
      await watch(() => complete >= below, timeoutMs);
      return { isComplete: complete >= below, complete, doubled };
    },
  };
}
