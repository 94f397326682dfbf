import { z } from "zod";
import { anything, at, count, form, named, problem, text } from "./parts.ts";

const connectionFields = {
  name: text,
  component: text,
  state: z.enum(["closed", "connecting", "open", "failed"]),
  problem: problem.optional(),
  counts: z.record(text, count).optional(),
  trouble: form({ kind: z.enum(["down", "stale"]), detail: text }).optional(),
};
export const connectionStatus = named("ConnectionStatus", form(connectionFields));

export const connectionViews = z.array(
  named(
    "ConnectionView",
    form({
      ...connectionFields,
      details: form({
        state: text,
        detail: text,
        since: at.optional(),
        subscriptions: count.optional(),
        refused: z.array(z.record(text, text)).optional(),
      }).optional(),
    }),
  ),
);

const gap = form({ pipeline: text, from: at, until: at, reason: text });
export const deviceList = form({
  devices: z.array(
    form({
      device: text,
      connections: z.array(text),
      pipelines: z.array(text),
      topics: count,
      sampleAt: at.optional(),
      usualMs: z.number().optional(),
      isSilent: z.boolean(),
      gaps: count,
    }),
  ),
  total: count,
  silent: count,
  next: text.optional(),
});
export const deviceDetail = form({
  device: text,
  connections: z.array(
    form({
      connection: text,
      pipelines: z.array(text),
      streams: z.array(
        form({
          topic: text,
          sampleAt: at,
          body: anything.optional(),
          isSilent: z.boolean(),
          cadence: form({ usualMs: z.number(), deviationMs: z.number() }).optional(),
        }),
      ),
      gaps: z.array(gap),
    }),
  ),
});
