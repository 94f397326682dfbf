import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import { Session } from "./session.ts";
import type { WorkerInput, WorkerOutput, WorkerStart } from "./worker-messages.ts";

// The thread that PGlite has to itself: a query there blocks until it is answered, which would starve the engine's event loop.
// Not here: sharing it between connections (session.ts), starting and watching the thread (embedded-database.ts).

/** PGlite vacuums nothing by itself, and BullMQ's tables would grow with every job: after so many batches, or so much time. */
const vacuumAfterBatches = 5_000;
const vacuumCheckMs = 60_000;
const vacuumAfterChecks = 10;

const { folder, vacuumTables } = workerData as WorkerStart;
const main = parentPort;
if (main === null) throw new Error("This file runs in a worker thread.");
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
const say = (message: WorkerOutput): void => main.postMessage(message);

const database = await PGlite.create({ dataDir: folder });
const session = new Session({
  exec: (messages) => database.execProtocolRawSync(messages),
  timer(run, delayMs) {
    const handle = setTimeout(run, delayMs);
    return () => clearTimeout(handle);
  },
});

let vacuumedAt = 0;
let checks = 0;
const upkeep = setInterval(() => {
  checks += 1;
  const fresh = session.answered - vacuumedAt;
  if (fresh < vacuumAfterBatches && (checks < vacuumAfterChecks || fresh < vacuumAfterBatches / 50)) return;
  checks = 0;
  // One table at a time, so that nobody waits for all of them.
  for (const table of vacuumTables) session.run(`VACUUM ${table}`);
  session.run("CHECKPOINT");
  vacuumedAt = session.answered;
}, vacuumCheckMs);

main.on("message", (input: WorkerInput) => {
  if (input.kind === "connect") connect(input.port);
  else void close();
});
say({ kind: "ready" });

function connect(port: MessagePort): void {
  const connection = session.connect({
    send: (bytes) => {
      // Its own memory, so that it can change threads without another copy.
      const copy = Uint8Array.from(bytes);
      port.postMessage(copy, [copy.buffer]);
    },
    close: () => port.close(),
  });
  port.on("message", (chunk: Uint8Array) => connection.receive(chunk));
  port.on("close", () => connection.end());
}

async function close(): Promise<void> {
  clearInterval(upkeep);
  session.run("CHECKPOINT");
  await database.close();
  // A connection that nobody ended would keep the thread alive; there is nothing left that it could do.
  process.exit(0);
}
