import { z } from "zod";
import type { Source } from "../../component/contracts.ts";
import { defineSource, type SourceContext } from "../../component/definition.ts";
import { DeliveryBuffer } from "../../component/delivery-buffer.ts";
import { duration, planned } from "../../component/fields.ts";
import { SignalboxError } from "../../errors/error.ts";
import type { Message, Settlement } from "../../message.ts";
import type { ScheduleRegistration, Tick } from "../../schedules/contracts.ts";
import { readPlan } from "./schedule-config.ts";

const fields = z.strictObject({
  cron: z
    .string()
    .optional()
    .describe(
      "Five fields (minute, hour, day of month, month, day of week), or six with seconds first; names and `L` work.",
    ),
  every: duration()
    .optional()
    .describe("An interval of at least a second, aligned to UTC: `5m` is due at :00, :05, :10."),
  at: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe("One time or several, ISO 8601: with an offset, or without one in the local time of `timezone`."),
  timezone: z
    .string()
    .optional()
    .describe("IANA name of the zone that `cron` and `at` are read in: Europe/Zurich. By default UTC."),
  late: duration().prefault("10s").describe("A tick that starts later than this after its time is recorded as late."),
  overlap: planned("What happens when a tick is due and the one before still runs."),
  catchUp: planned("Which of the ticks that were missed while no engine ran are run afterwards."),
  jitter: planned("Starts each tick at a random time up to this much later."),
  spread: planned("Spreads the devices of a tick over this much time."),
  start: planned("No tick is due before this time."),
  end: planned("No tick is due after this time."),
  pauseAfter: planned("Pauses the schedule after so many failed ticks in a row."),
  except: planned("Days and times at which no tick is due."),
});

export const scheduleSource = defineSource({
  name: "schedule",
  summary: "Turns the clock into messages: by cron, at an interval, or at given times.",
  description: `
Exactly one of \`cron\`, \`every\` and \`at\` says when. Each planned time is a tick; its message has the id
\`<pipeline>@<planned time>\`, the planned time as \`$meta.time\`, and the body
\`{ "plannedAt": "2026-03-01T21:00:00.000Z", "schedule": "night-setback" }\`.

Ticks are recorded before they run and run on exactly one engine; one that a crash cut short runs again under the same id, so
that its commands are not sent twice. A tick ends when all its writes are settled or parked, and has failed when one of them
became a dead letter. A schedule never fires because it was deployed, and ticks that were due while no engine ran are recorded
as missed and not caught up.

In zones with summer time, a local time that is skipped is due right after the gap and one that comes twice is due once; cron
texts with \`*\` or steps in their hour or minute go by real time. When day of month and day of week are both restricted, either
of them is enough, as in every cron.
`,
  schema: fields.superRefine((config, check) => {
    const read = readPlan(config);
    if ("plan" in read) return;
    check.addIssue({ code: "custom", message: read.problem, path: [...read.path], params: { code: read.code } });
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
  ],
  defaultOrder: "none",
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
      registration = await context.services.schedules.register(
        { pipeline: context.pipeline, plan, lateMs: config.late },
        fire,
      );
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

  function fire(tick: Tick): Promise<void> {
    return new Promise((resolve, reject) => {
      const ack = (settlement?: Settlement): void => {
        const deadLettered = settlement?.deadLettered ?? 0;
        if (deadLettered === 0) resolve();
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

function notTaken(): SignalboxError {
  return new SignalboxError("SOURCE_CLOSED", "the pipeline stopped before it took the message", { isRetryable: true });
}
