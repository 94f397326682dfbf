import type { Clock } from "@signalbox/core";
import type { ConsoleEngine } from "../engine.ts";
import { CommandBook } from "./command-book.ts";
import { createExporter } from "./exporter.ts";
import { LoopDelay } from "./loop-delay.ts";
import { TickBook } from "./tick-book.ts";

/** The metrics of an engine. Made before it starts, so that no tick and no command goes by uncounted. */
export interface Metrics {
  readonly contentType: string;
  /** Everything as it is now, in Prometheus' text format. */
  read(): Promise<string>;
  /** Begins to watch the event loop. */
  open(): void;
  close(): void;
}

export function createMetrics(engine: ConsoleEngine, clock: Clock): Metrics {
  const ticks = new TickBook(engine.services.schedules);
  const commands = new CommandBook(engine.services.commands);
  const loopDelay = new LoopDelay(clock);
  const exporter = createExporter();
  return {
    contentType: exporter.contentType,
    async read() {
      const readiness = await engine.readiness();
      return exporter.write({
        readiness,
        status: engine.status(),
        timings: engine.timings(),
        jumps: engine.schedules.clockJumps(),
        ticks,
        commands,
        loopDelay: loopDelay.snapshot(),
      });
    },
    open: () => loopDelay.start(),
    close() {
      loopDelay.stop();
      ticks.close();
      commands.close();
    },
  };
}
