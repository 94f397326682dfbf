import { z } from "zod";
import { commandStates } from "../../commands/states.ts";
import { anything, at, count, form, message, ms, named, place, problem, text } from "./parts.ts";

export const command = named(
  "Command",
  form({
    key: text,
    pipeline: text,
    sink: text,
    message: text,
    connection: text,
    device: text,
    payload: anything.optional(),
    state: z.enum(commandStates),
    attempts: count,
    at,
    history: z.array(form({ at, state: z.enum(commandStates), attempt: count, detail: text.optional() })),
  }),
);
export const commandList = form({ commands: z.array(command), next: text.optional() });

const led = form({ count, ids: z.array(text) });
export const tick = named(
  "Tick",
  form({
    id: text,
    pipeline: text,
    plannedAt: ms,
    startedAt: ms.optional(),
    endedAt: ms.optional(),
    timing: z.enum(["on-time", "late", "caught-up", "skipped", "missed"]),
    outcome: z.enum(["waiting", "running", "succeeded", "failed", "none"]),
    detail: text.optional(),
    by: text.optional(),
    messages: led.optional(),
    commands: led.optional(),
  }),
);
export const ticks = z.array(tick);

const scheduleFields = {
  pipeline: text,
  plan: text,
  state: z.enum(["active", "paused", "retired"]),
  pause: form({ since: ms, by: text, why: text }).optional(),
  retiredAt: ms.optional(),
  next: z.array(ms),
};
export const schedules = z.array(named("Schedule", form(scheduleFields)));
export const schedule = named(
  "ScheduleDetail",
  form({ ...scheduleFields, open: z.array(tick), last: tick.optional() }),
);
export const clockJumps = form({ forward: count, back: count, last: form({ at: ms, byMs: z.number() }).optional() });

export const deadLetter = named(
  "DeadLetter",
  form({
    id: text,
    pipeline: text,
    revision: text,
    sink: text.optional(),
    code: text,
    cause: text,
    hint: text.optional(),
    at: place.optional(),
    attempts: count,
    diedAt: at,
    original: message,
    shaped: message.optional(),
    edit: form({ part: z.enum(["original", "shaped"]), body: anything.optional(), by: text, editedAt: at }).optional(),
    redrives: z.array(form({ at, by: text })),
  }),
);
export const deadLetterList = form({ letters: z.array(deadLetter), next: text.optional() });
export const deadLetterPreview = form({
  results: z.array(form({ message: text, sink: text.optional(), status: z.enum(["written", "discarded", "dead"]) })),
  notes: z.array(text),
});
export const redriveResults = form({
  results: z.array(
    form({
      letter: text,
      outcome: z.enum(["delivered", "discarded", "parked", "died", "underWay", "refused"]),
      problem: problem.optional(),
    }),
  ),
});
export const purged = form({ purged: count });

export const changeList = form({
  changes: z.array(
    named(
      "Change",
      form({
        id: text,
        at,
        by: text,
        via: z.enum(["control-socket", "console", "engine"]),
        from: text.optional(),
        role: z.enum(["viewer", "operator"]).optional(),
        action: text,
        about: text.optional(),
        details: z.record(text, anything).optional(),
        outcome: z.enum(["done", "refused", "failed"]),
        code: text.optional(),
        message: text.optional(),
      }),
    ),
  ),
  next: text.optional(),
});
