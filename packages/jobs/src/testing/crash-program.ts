import { silentLogger, systemClock } from "@signalbox/core";
import { type Backend, createBackend } from "../backend.ts";
import type { BackendSettings } from "../settings.ts";

// A program for the kill tests of the conformance suites: does one task on a store and says so on its output, until it is
// killed. Not a part of the package's API.

const [settings = "", task = ""] = process.argv.slice(2);
const backend = createBackend(JSON.parse(settings) as BackendSettings, {
  clock: systemClock,
  log: silentLogger,
  projectDir: ".",
});

const tasks: Record<string, (backend: Backend) => Promise<void>> = {
  /** Rows and lane entries, one line for each that is acknowledged. */
  async "write-store"({ store }) {
    await store.open();
    say("ready");
    const rows = store.collection<number>({ name: "crash", indexes: [] });
    for (let i = 1; ; i++) {
      await rows.insert([{ key: `${i}`, at: i, fields: {}, value: i }]);
      await store.lanes.append("crash", [{ row: "row", value: `${i}` }], { dueAt: 0, attempts: 0 });
      say(`${i}`);
    }
  },
  /** Jobs, one line for each that is acknowledged. */
  async "add-jobs"({ queue }) {
    await queue.open();
    say("ready");
    for (let i = 1; ; i++) {
      await queue.add("crash-add", [{ id: `${i}`, data: { n: i } }]);
      say(`${i}`);
    }
  },
  /** Takes jobs and never ends one. */
  async "hold-jobs"({ queue }) {
    await queue.open();
    await queue.work("crash-hold", { concurrency: 10 }, ({ id }) => {
      say(id);
      return new Promise(() => setInterval(() => undefined, 60_000));
    });
  },
};

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

await tasks[task]?.(backend);
