import { z } from "zod";
import { connectionStatus } from "./connections.ts";
import { pipelineStatus } from "./pipelines.ts";
import { command, tick } from "./work.ts";
import { anything, at, count, form, ms, named, place, text } from "./parts.ts";

export const version = form({
  api: z.literal(1),
  signalbox: text,
  node: text,
  pid: z.int(),
  projectDir: text,
  startedAt: at,
});

/** How an engine is traced. */
export const traces = form({
  destination: text,
  share: z.number(),
  allUntil: at.optional(),
  spans: form({ exported: count, dropped: count, failed: count }),
  problem: text.optional(),
});

const finding = named(
  "Finding",
  form({ severity: z.enum(["error", "warning"]), code: text, message: text, suggestion: text.optional(), at: place }),
);
const pipelineChange = form({
  pipeline: text,
  what: z.enum(["added", "changed", "removed", "refused"]),
  reason: text.optional(),
  code: text.optional(),
});
export const reload = named(
  "Reload",
  form({
    revision: count,
    at,
    isCheck: z.boolean(),
    changes: z.array(pipelineChange),
    unchanged: count,
    findings: z.array(finding),
  }),
);

export const notice = form({ at, level: z.enum(["warn", "error"]), sentence: text, fields: z.record(text, anything) });
export const deadLetterStatus = form({ count: count.optional(), alarm: form({ since: at, reason: text }).optional() });
export const store = form({ kind: text, description: text });
export const status = named(
  "Status",
  form({
    version: text,
    startedAt: at,
    now: at,
    state: z.enum(["starting", "running", "stopping"]),
    store,
    httpUrl: text.optional(),
    connections: z.array(connectionStatus),
    pipelines: z.array(pipelineStatus),
    commands: z.array(command),
    ticks: z.array(tick),
    deadLetters: deadLetterStatus,
    notices: z.array(notice),
    reload: reload.optional(),
  }),
);

const part = form({ name: text, component: text, at: place, when: text.optional(), fields: anything.optional() });
export const pipelineDetail = form({
  status: pipelineStatus,
  file: form({ path: text, line: z.int(), text: text.optional() }),
  findings: z.array(finding),
  refused: pipelineChange.optional(),
  graph: form({
    source: part,
    steps: z.array(part),
    sinks: z.array(part),
    route: z.enum(["all", "first"]),
    order: z.enum(["perKey", "none"]),
    delivery: z.enum(["direct", "queued"]),
    maxInFlight: count,
  }),
});

const column = z.array(z.number().nullable());
export const history = form({
  everyMs: z.number(),
  at: z.array(ms),
  pipeline: z.record(text, column),
  steps: z.record(text, z.record(text, column)),
  sinks: z.record(text, z.record(text, column)),
});
