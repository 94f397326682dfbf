import { z } from "zod";
import type { Source } from "../../component/contracts.ts";
import { defineSource, type SourceContext } from "../../component/definition.ts";
import { DeliveryBuffer } from "../../component/delivery-buffer.ts";
import { duration } from "../../component/fields.ts";
import { SignalboxError } from "../../errors/error.ts";
import type { Message, Settlement } from "../../message.ts";
import { mostCaughtUp } from "../../schedules/catch-up.ts";
import type { Plan, Schedule, ScheduleRegistration, Tick, TickEnd } from "../../schedules/contracts.ts";
import { readPlan } from "./schedule-config.ts";
import { reviewYear } from "./schedule-review.ts";

const positive = (milliseconds: number): boolean => milliseconds > 0;
const longer = { error: "must be longer than 0s" };

const fields = z.strictObject({
  cron: z
    .string()
    .optional()
    .describe(
      "Five fields (minute, hour, day of month, month, day of week), or six with seconds first; names, `L`, `W` and `#` " +
        "work, and so do `@hourly`, `@daily`, `@weekly`, `@monthly` and `@yearly`.",
    ),
  every: duration().optional().describe("An interval of at least a second."),
  align: z
    .enum(["clock", "start"])
    .optional()
    .describe(
      "Where `every` counts from. `clock`: from the epoch, so that `5m` is due at :00, :05, :10 of UTC. `start`: from " +
        "`start`, which is its first time. Default `clock`.",
    ),
  at: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe("One time or several, ISO 8601: with an offset, or without one in the local time of `timezone`."),
  timezone: z
    .string()
    .optional()
    .describe(
      "IANA name of the zone that `cron`, `at`, `start`, `end` and `except` are read in: Europe/Zurich. By default UTC.",
    ),
  start: z.string().optional().describe("No tick is planned before this time, written like `at`."),
  end: z.string().optional().describe("No tick is planned after this time, written like `at`."),
  except: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe("Days without ticks, in the zone: `2026-12-25`, or several with both ends, `2026-12-24/2027-01-02`."),
  late: duration().prefault("10s").describe("A tick that starts later than this after it was due is recorded as late."),
  jitter: duration()
    .refine(positive, longer)
    .optional()
    .describe("Each tick is due by chance up to this much after its planned time; the ledger says how much."),
  spread: duration()
    .refine(positive, longer)
    .optional()
    .describe(
      "Every tick is due the same time after its planned time, less than this and drawn from the pipeline's name, so that " +
        "pipelines with one timetable do not start at once.",
    ),
  overlap: z
    .enum(["allow", "skip", "queue"])
    .default("allow")
    .describe(
      "What happens to a tick that is due while an earlier one runs, parked messages included. `allow`: both run. `skip`: it " +
        "is recorded and left out. `queue`: it waits for its turn; at most 100 do.",
    ),
  catchUp: z
    .union([
      z.literal("none"),
      z.strictObject({
        last: z
          .union([z.int().min(1).max(1_000), z.literal("all")])
          .default(1)
          .describe("How many, the latest ones; `all` is at most 1,000."),
        within: duration().refine(positive, longer).prefault("1d").describe("How far back, at most."),
      }),
    ])
    .default("none")
    .describe(
      "Which of the ticks that were missed, because no engine ran, are run when one does: `none`, or the `last` of those " +
        "planned `within` a time. One after the other, unless `overlap` is `allow`.",
    ),
  pauseAfter: z
    .int()
    .min(1)
    .max(1_000)
    .optional()
    .describe("So many failed ticks in a row pause the schedule until somebody resumes it. Default: never."),
});

export const scheduleSource = defineSource({
  name: "schedule",
  summary: "Turns the clock into messages: by cron, at an interval, or at given times.",
  description: `
Exactly one of \`cron\`, \`every\` and \`at\` says when. Each planned time is a tick; its message has the id
\`<pipeline>@<planned time>\`, the planned time as \`$meta.time\`, and the body
\`{ "plannedAt": "2026-03-01T21:00:00.000Z", "schedule": "night-setback" }\`.

Ticks are recorded before they run and run on exactly one engine; one that a crash cut short runs again under the same id, so
that its commands are not sent twice. A tick ends when all its messages are settled, those that were parked included, and has
failed when one of them became a dead letter. A schedule never fires because it was deployed. Ticks that were due while no
engine ran are recorded as missed, or run afterwards where \`catchUp\` says so.

In zones with summer time, a local time that is skipped is due right after the gap and one that comes twice is due once, the
first time. Cron texts with \`*\` or steps in their seconds, minutes or hours go by real time instead: what is skipped is left
out, and what comes twice is due twice. \`signalbox validate\` warns of such times in the year ahead and
\`signalbox schedules preview\` shows them. When day of month and day of week are both restricted, either of them is enough, as
in every cron.

\`signalbox schedules\` lists schedules, shows their history, runs a tick now, pauses and resumes.
`,
  schema: fields.superRefine((config, check) => {
    const read = readPlan(config);
    if (!("plan" in read))
      check.addIssue({ code: "custom", message: read.problem, path: [...read.path], params: { code: read.code } });
    if (config.jitter !== undefined && config.spread !== undefined)
      check.addIssue({ code: "custom", message: "`jitter` and `spread` exclude each other", path: ["spread"] });
  }),
  examples: [
    {
      title: "Weekdays at ten in the evening, Zurich time",
      yaml: `schedule: { cron: "0 22 * * 1-5", timezone: Europe/Zurich }`,
    },
    { title: "Every five minutes", yaml: "schedule: { every: 5m }" },
    {
      title: "Twice, at given times",
      yaml: `schedule: { at: ["2026-12-24T18:00", "2026-12-31T23:59:50"], timezone: Europe/Zurich }`,
    },
    { title: "Each ten seconds, late after one", yaml: `schedule: { cron: "*/10 * * * * *", late: 1s }` },
    {
      title: "The last working day of each month, and every second Friday",
      yaml: `schedule: { cron: "0 6 LW * FRI#2", timezone: Europe/Zurich }`,
    },
    { title: "Once a day at midnight", yaml: `schedule: { cron: "@daily", timezone: Europe/Zurich }` },
    {
      title: "Every 90 minutes, counted from a given time",
      yaml: `schedule: { every: 90m, align: start, start: "2026-03-01T06:15", timezone: Europe/Zurich }`,
    },
    {
      title: "In the heating season, but not over the holidays",
      yaml: `
schedule:
  cron: "0 5 * * *"
  timezone: Europe/Zurich
  start: "2026-10-01T00:00"
  end: "2027-04-30T23:59"
  except: ["2026-12-24/2027-01-03", "2027-03-26"]
`,
    },
    {
      title: "What a stop of the engine made it miss is run afterwards, if it is no older than an hour",
      yaml: `schedule: { cron: "0 22 * * *", timezone: Europe/Zurich, catchUp: { last: 1, within: 1h } }`,
    },
    {
      title: "Everything missed in a day, one after the other",
      yaml: "schedule: { every: 1h, catchUp: { last: all, within: 1d }, overlap: queue }",
    },
    {
      title: "Never two at a time, and no more after five failures",
      yaml: "schedule: { every: 30s, overlap: skip, pauseAfter: 5 }",
    },
    { title: "Up to a minute later, by chance", yaml: `schedule: { cron: "0 * * * *", jitter: 1m }` },
    {
      title: "Many pipelines with one timetable, spread over ten minutes",
      yaml: `schedule: { cron: "@hourly", spread: 10m }`,
    },
  ],
  defaultOrder: "none",
  review: (config, now) =>
    reviewYear(config, now).map(({ kind, text }) => ({
      code: kind === "hole" ? "CONFIG_TIME_SKIPPED" : "CONFIG_TIME_REPEATED",
      message: text,
      field: config.cron === undefined ? "at" : "cron",
    })),
  create: (config, context) => createSchedule(config, context),
});

function createSchedule(config: z.output<typeof fields>, context: SourceContext): Source {
  const read = readPlan(config);
  // The schema stands in front of this; it cannot say so in its type.
  if (!("plan" in read)) throw new SignalboxError(read.code, read.problem);
  const { plan } = read;
  const buffer = new DeliveryBuffer({ capacity: context.maxInFlight });
  let registration: ScheduleRegistration | undefined;
  return {
    async open() {
      registration = await context.services.schedules.register(scheduleOf(config, plan, context), fire);
    },
    deliveries: (signal) => buffer.batches(signal),
    async close() {
      // In this order: a tick that is turned away while its schedule closes stays open, for the next engine.
      const closed = registration?.close();
      registration = undefined;
      buffer.close(notTaken());
      await closed;
    },
    status() {
      const nextTicks = (registration?.next(3) ?? []).map((time) => new Date(time).toISOString());
      return { state: "waiting", detail: plan.description, nextTicks };
    },
  };

  function fire(tick: Tick): Promise<TickEnd> {
    return new Promise((resolve, reject) => {
      const ack = (settlement?: Settlement): void => {
        const { deadLettered = 0, parked = 0, parts: messages } = settlement ?? {};
        if (deadLettered === 0 || parked > 0)
          resolve({ deadLettered, parked, ...(messages !== undefined && { messages }) });
        else reject(new SignalboxError("SCHEDULE_TICK_FAILED", `${deadLettered} of its messages became dead letters`));
      };
      const delivery = { message: messageOf(tick), ack, nack: reject };
      buffer.pushWhenRoom(delivery).then((isTaken) => (isTaken ? undefined : reject(notTaken())), reject);
    });
  }

  function messageOf(tick: Tick): Message {
    const plannedAt = new Date(tick.plannedAt).toISOString();
    const receivedAt = new Date(context.clock.now()).toISOString();
    const meta = { pipeline: context.pipeline, source: "schedule", time: plannedAt, receivedAt };
    return { id: tick.id, meta, body: { plannedAt, schedule: context.pipeline } };
  }
}

/** What the ledger is told of a schedule. */
function scheduleOf(
  { late, overlap, catchUp, pauseAfter, jitter, spread }: z.output<typeof fields>,
  plan: Plan,
  { pipeline, renamedFrom }: SourceContext,
): Schedule {
  return {
    pipeline,
    plan,
    lateMs: late,
    overlap,
    catchUp: catchUp === "none" ? undefined : { last: countOf(catchUp.last), withinMs: catchUp.within },
    pauseAfter,
    delay: jitter !== undefined ? { kind: "jitter", upToMs: jitter } : delayOf(spread),
    renamedFrom,
  };
}

function countOf(last: number | "all"): number {
  return last === "all" ? mostCaughtUp : last;
}

function delayOf(spread: number | undefined): Schedule["delay"] {
  return spread === undefined ? undefined : { kind: "spread", upToMs: spread };
}

function notTaken(): SignalboxError {
  return new SignalboxError("SOURCE_CLOSED", "the pipeline stopped before it took the message", { isRetryable: true });
}
