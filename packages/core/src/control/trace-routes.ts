import { z } from "zod";
import { SignalboxError } from "../errors/error.ts";
import type { TraceControl } from "../runtime/trace/control.ts";
import * as answers from "./answers.ts";
import type { ControlApi } from "./api.ts";
import { acts, asks, by, type Route } from "./route.ts";

const longestMs = 24 * 3_600_000;

const order = z.strictObject({
  forMs: z.int().min(0).max(longestMs).describe("For so many milliseconds from now; 0 ends it."),
  by,
});

/** How the engine is traced, and tracing everything for a while. */
export const traceRoutes: readonly Route[] = [
  asks({
    path: "/v1/trace",
    summary: "How messages, ticks and commands are traced.",
    answer: answers.traces,
    codes: ["CONTROL_TRACES_OFF"],
    handle: (api) => tracesOf(api).status(),
  }),
  acts({
    path: "/v1/trace",
    summary: "Traces everything for a while.",
    action: "trace",
    body: order,
    answer: answers.traces,
    codes: ["CONTROL_TRACES_OFF"],
    handle: (api, { body: { forMs, by } }) => tracesOf(api).takeAll(forMs, by),
  }),
];

function tracesOf({ traces }: ControlApi): TraceControl {
  if (traces !== undefined) return traces;
  throw new SignalboxError("CONTROL_TRACES_OFF", "this engine is not traced: its settings name no receiver of traces", {
    hint: "set `telemetry.endpoint` in signalbox.yaml, or OTEL_EXPORTER_OTLP_ENDPOINT, and start it again",
  });
}
