#!/usr/bin/env node
import { main } from "./program.ts";
import { processIo } from "./terminal/io.ts";

// A reader that went away (`signalbox list | head`) is no reason to die with a stack trace.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

process.exitCode = await main(process.argv.slice(2), processIo);

// The work is done and its result said. A thread or socket that does not end must not keep the process beyond that.
setTimeout(() => process.exit(), 5_000).unref();
