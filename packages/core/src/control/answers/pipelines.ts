import { z } from "zod";
import { at, count, form, named, place, problem, text } from "./parts.ts";

const discarded = z.record(text, count).describe("By reason.");
const messageCounts = named(
  "MessageCounts",
  form({
    received: count,
    settled: count,
    inFlight: count,
    parked: count,
    deadLettered: count,
    discarded,
    unaccounted: z.int(),
  }),
);

const writeCounts = named(
  "WriteCounts",
  form({
    due: count,
    delivered: count,
    inFlight: count,
    parked: count,
    deadLettered: count,
    retried: count,
    discarded,
    unaccounted: z.int(),
  }),
);

const breaker = named(
  "Breaker",
  form({
    state: z.enum(["closed", "open", "half-open"]),
    since: at.optional(),
    reason: problem.optional(),
    nextTryAt: at.optional(),
    isAccessRefused: z.boolean(),
  }),
);

export const pipelineState = z.enum(["starting", "running", "waiting", "draining", "stopped", "failed"]);
export const step = form({ name: text, component: text });
export const source = form({ component: text, status: form({ state: text, detail: text.optional() }).optional() });

export const pipelineStatus = named(
  "PipelineStatus",
  form({
    name: text,
    description: text.optional(),
    at: place,
    hash: text,
    state: pipelineState,
    problem: problem.optional(),
    source,
    steps: z.array(step),
    sinks: z.array(
      form({
        name: text,
        component: text,
        counts: writeCounts,
        problem: problem.optional(),
        breaker,
        parkedSize: form({ count, bytes: count, isFull: z.boolean() }),
      }),
    ),
    counts: messageCounts,
  }),
);
export const pipelineStatuses = z.array(pipelineStatus);
