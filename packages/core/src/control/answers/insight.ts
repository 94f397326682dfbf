import { z } from "zod";
import { connectionStatus } from "./connections.ts";
import { deadLetterStatus, notice, reload, store } from "./engine.ts";
import { pipelineState, source, step } from "./pipelines.ts";
import { command, tick } from "./work.ts";
import { anything, at, count, form, message, place, text } from "./parts.ts";

const stage = form({
  kind: z.enum(["source", "step", "sink", "write"]),
  name: text,
  outcome: text,
  at: place.optional(),
  reason: text.optional(),
  condition: text.optional(),
  code: text.optional(),
  cause: text.optional(),
});
export const why = form({
  passages: z.array(
    form({ pipeline: text, at: place, message, stages: z.array(stage), ends: z.array(stage), isDirect: z.boolean() }),
  ),
  strays: z.array(form({ id: text, device: text, topic: text, why: text })),
  reach: z.array(form({ pipeline: text, count, since: at })),
});
export const tapEntry = z.union([stage.extend({ time: at, before: message }), form({ lost: count })]);

const trouble = form({
  severity: z.enum(["error", "warning"]),
  code: text,
  message: text,
  line: z.int(),
  column: z.int(),
});
export const playground = form({
  hasResult: z.boolean(),
  result: anything.optional(),
  error: trouble.optional(),
  problems: z.array(trouble),
  durationMs: z.number(),
});

const row = z.array(z.number().nullable());
export const liveEvent = form({
  at,
  isWhole: z.literal(true).optional(),
  engine: form({ version: text, startedAt: at, state: text, store }).optional(),
  pipelines: z.array(form({ index: count, name: text, state: pipelineState, source, steps: z.array(step) })).optional(),
  removed: z.array(text).optional(),
  rows: z.array(row).optional(),
  stepRows: z.array(row).optional(),
  sinkRows: z.array(row).optional(),
  connections: z.array(connectionStatus).optional(),
  readiness: form({ isReady: z.boolean(), reasons: z.array(form({ code: text, message: text })) }).optional(),
  deadLetters: deadLetterStatus.optional(),
  notices: z.array(notice).optional(),
  ticks: z.array(tick).optional(),
  commands: z.array(command).optional(),
  reload: reload.optional(),
});
