// The keys of a pipeline and the common keys of its items, as schemas: validation, reference and editor schema read them.
// Not here: the components' own fields, which are their definitions'.

import { z } from "zod";
import { duration, expression, size } from "../component/fields.ts";
import { nameField } from "./names.ts";

const defaultLimits = { time: "250ms", depth: 500, sequence: 1_000_000, output: "4MiB" };

const backfillDefaults = { within: "7d", lookback: "1h" };

/** What holds for a pipeline that says nothing and sends no commands, in milliseconds. */
export const defaultBackfill = {
  withinMs: duration().parse(backfillDefaults.within),
  lookbackMs: duration().parse(backfillDefaults.lookback),
};

/** Top-level keys of a pipeline, but for those that hold components: `source`, `steps`, `sinks`. */
export const pipelineKeys = z.strictObject({
  name: nameField().describe("Identity of the pipeline's state, metrics and ledgers; unique over all files."),
  description: z.string().optional().describe("What the pipeline is for, in a sentence."),
  route: z
    .enum(["all", "first"])
    .default("all")
    .describe("`all`: every sink whose `when` holds gets a message; `first`: only the first of them."),
  order: z
    .enum(["perKey", "none"])
    .optional()
    .describe(
      "`perKey` keeps the messages of a device in order at each sink; `none` is faster. Default: the source's.",
    ),
  maxInFlight: z
    .int()
    .min(1)
    .max(100_000)
    .default(1000)
    .describe("Messages taken from the source and not settled, at most; parked ones do not count."),
  limits: z
    .strictObject({
      time: duration().prefault(defaultLimits.time).describe("Time one evaluation may take."),
      depth: z.int().min(10).max(100_000).default(defaultLimits.depth).describe("Depth of calls and nesting."),
      sequence: z.int().min(1).default(defaultLimits.sequence).describe("Items in a sequence or range."),
      output: size().prefault(defaultLimits.output).describe("Size of one result, as JSON."),
    })
    .prefault({})
    .describe("What one evaluation of an expression may use; beyond it the message fails with EXPRESSION_LIMIT."),
  vars: z
    .record(z.string(), z.unknown())
    .default({})
    .describe("Values that expressions see as `$vars`. The way of `${VAR}` into an expression."),
  enabled: z.boolean().default(true).describe("`false` validates the pipeline and does not run it."),
  delivery: z
    .enum(["direct", "queued"])
    .default("direct")
    .describe(
      "`direct`: a message goes from source to sinks in memory. `queued`: it is written to the store first, in batches, " +
        "and its source is told so; steps and sinks follow from there, in order per device.",
    ),
  backfill: z
    .union([
      z.literal("off"),
      z.strictObject({
        within: duration().prefault(backfillDefaults.within).describe("The longest time that is read back."),
        lookback: duration()
          .prefault(backfillDefaults.lookback)
          .describe("How much later than its time a sample may have been stored and still be found."),
      }),
    ])
    .optional()
    .describe(
      "How messages missed in an outage are read from the source's history, where it has one. `off` reads none. " +
        `Default: \`within: ${backfillDefaults.within}\`, \`lookback: ${backfillDefaults.lookback}\`; \`off\` where a sink sends commands.`,
    ),
  renamedFrom: nameField()
    .optional()
    .describe(
      "The former name of the pipeline. Its schedule takes over the ticks and the pause of that name; dead letters and " +
        "what is parked or queued stay under it.",
    ),
});

export type PipelineKeys = z.output<typeof pipelineKeys>;

const when = expression().optional();

/** Keys beside a step's component. */
export const stepKeys = z.strictObject({
  name: nameField().optional().describe("Names the step in logs and counts. Default: its component key."),
  when: when.describe("The step is skipped for messages for which this is not true."),
});

const breakerDefaults = { failures: 5, openFor: "1s", maxOpenFor: "1m" };
const parkedDefaults = { count: 1_000_000, bytes: "1GB" };
const retryDefaults = { attempts: 10, backoff: "1s", maxBackoff: "5m" };

/** Keys beside a sink's component. */
export const sinkKeys = z.strictObject({
  name: nameField()
    .optional()
    .describe("Parked and dead messages remember it. Default: the component key; two sinks alike need names."),
  when: when.describe("The sink gets only messages for which this is true. It sees the message after the steps."),
  transform: expression().optional().describe("Shapes the message for this sink alone, behind `when`."),
  batch: z
    .strictObject({
      count: z.int().min(1).max(10_000).default(100).describe("Messages in a batch, at most."),
      bytes: size().prefault("1MB").describe("Size of a batch as JSON, at most."),
      linger: duration().prefault("1s").describe("How long a batch waits for more messages, at most."),
    })
    .optional()
    .describe("Collects messages, behind `transform`, and writes them together. Default: as the sink finds best."),
  retry: z
    .strictObject({
      attempts: z.int().min(1).max(1000).default(retryDefaults.attempts).describe("Tries in all, the first included."),
      backoff: duration().prefault(retryDefaults.backoff).describe("Wait before the second try; doubles with each."),
      maxBackoff: duration().prefault(retryDefaults.maxBackoff).describe("The longest wait between two tries."),
    })
    .prefault({})
    .describe("How a write that failed for now is tried again. Attempts spent: a dead letter."),
  timeout: duration()
    .refine((milliseconds) => milliseconds > 0, { error: "must be longer than 0s" })
    .optional()
    .describe("Time one write may take. Default: the sink's own."),
  breaker: z
    .strictObject({
      failures: z
        .int()
        .min(1)
        .max(100_000)
        .default(breakerDefaults.failures)
        .describe("Writes that fail for now, one after the other, until the sink is left alone."),
      openFor: duration()
        .refine((milliseconds) => milliseconds > 0, { error: "must be longer than 0s" })
        .prefault(breakerDefaults.openFor)
        .describe("For how long; doubles each time a single write, as a probe, fails again."),
      maxOpenFor: duration().prefault(breakerDefaults.maxOpenFor).describe("For how long at most."),
    })
    .refine(({ openFor, maxOpenFor }) => maxOpenFor >= openFor, {
      error: "must not be shorter than `openFor`",
      path: ["maxOpenFor"],
    })
    .prefault({})
    .describe(
      "When a sink that fails is left alone: its messages are parked without a try, and none of their attempts is spent. " +
        "A sink that refuses our credentials is left alone at once, and one that asks for a longer time gets it.",
    ),
  maxInFlight: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe(
      "Messages that wait for the sink in memory or are being written, at most; then the pipeline takes no more until there " +
        "is room. Default: the pipeline's.",
    ),
  parked: z
    .strictObject({
      count: z.int().min(1).default(parkedDefaults.count).describe("Messages."),
      bytes: size().prefault(parkedDefaults.bytes).describe("Their size as JSON."),
    })
    .prefault({})
    .describe(
      "What may wait in the store for this sink, at most. At the bound nothing is dropped: the pipeline takes no more than it " +
        "can hold in flight until there is room.",
    ),
});

export type StepKeys = z.output<typeof stepKeys>;
export type SinkKeys = z.output<typeof sinkKeys>;
