import type { Engine } from "@signalbox/core";

/** What the console asks of the engine it shows. */
export type ConsoleEngine = Pick<Engine, "status" | "timings" | "readiness" | "schedules" | "services">;
