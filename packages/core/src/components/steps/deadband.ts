import { z } from "zod";
import type { Outcome } from "../../component/contracts.ts";
import { defineStep } from "../../component/definition.ts";
import type { Expression } from "../../component/expression.ts";
import { duration, expression } from "../../component/fields.ts";
import { SignalboxError } from "../../errors/error.ts";
import type { Message } from "../../message.ts";
import { KeyedMemory, keyOf, maxKeys } from "./keyed-memory.ts";

interface Passed {
  readonly value: number;
  readonly timeMs: number;
}

interface Band {
  readonly change?: number | undefined;
  readonly percent?: number | undefined;
  readonly maxInterval?: number | undefined;
}

export const deadbandStep = defineStep({
  name: "deadband",
  remembers: true,
  summary: "Lets a value through only when it has changed enough.",
  description: `
Per device, the first message passes. After it, a message passes when its value differs from the last one that passed by at
least \`change\`, or by at least \`percent\` of that last value; the others are filtered. With \`maxInterval\` a message also
passes when the last one that did is that old, so that a steady value is still seen to live. Slow drift is not lost: the
comparison is always with the last value that passed.

Intervals are measured between the messages' own times (\`$meta.time\`), so that back-filled messages are judged as live
ones would have been. A message without the value is discarded as \`nothing\`; a value that is not a number fails its message
with EXPRESSION_NOT_NUMBER. What passed last is kept in memory, for \`maxKeys\` devices: after a restart the first message of
each device passes.
`,
  schema: z
    .strictObject({
      value: expression().describe("The number that is watched, in JSONata."),
      change: z.number().positive().optional().describe("Passes when the value differs by at least this much."),
      percent: z
        .number()
        .positive()
        .optional()
        .describe(
          "Passes when the value differs by at least this percentage of the last one; of 0, any change passes.",
        ),
      maxInterval: duration()
        .optional()
        .describe("Passes, changed or not, when the last message that passed is at least this old."),
      key: expression().optional().describe("What values are compared within, in JSONata; by default `$meta.device`."),
      maxKeys,
    })
    .refine((config) => config.change !== undefined || config.percent !== undefined, {
      message: "needs `change`, `percent` or both",
      params: { code: "CONFIG_FIELD_MISSING" },
    }),
  examples: [
    {
      title: "Half a degree, or every 15 minutes",
      yaml: "deadband: { value: data.temperature, change: 0.5, maxInterval: 15m }",
    },
    { title: "Five percent", yaml: "deadband: { value: data.power, percent: 5 }" },
    {
      title: "Each channel of a device for itself",
      yaml: `deadband:
  value: data.level
  change: 10
  key: $meta.device & '/' & $string(data.channel)`,
    },
  ],
  create(config) {
    const memory = new KeyedMemory<Passed>(config.maxKeys);
    return {
      process(message) {
        const value = config.value.evaluate(message);
        const key = keyOf(config.key, message);
        if (!(value instanceof Promise) && !(key instanceof Promise)) return decide(message, value, key);
        return Promise.all([value, key]).then(([lateValue, lateKey]) => decide(message, lateValue, lateKey));
      },
    };

    function decide(message: Message, value: unknown, key: string): Outcome {
      if (value === undefined) return { discard: "nothing" };
      if (typeof value !== "number") throw notANumber(config.value, value);
      const now: Passed = { value, timeMs: Date.parse(message.meta.time) };
      const last = memory.get(key);
      if (last !== undefined && !isBeyond(config, last, now)) return { discard: "filtered" };
      memory.set(key, now);
      return message;
    }
  },
});

function isBeyond(band: Band, last: Passed, now: Passed): boolean {
  // A late message may be older than the last one; its distance in time counts all the same.
  if (band.maxInterval !== undefined && Math.abs(now.timeMs - last.timeMs) >= band.maxInterval) return true;
  const difference = Math.abs(now.value - last.value);
  if (difference === 0) return false;
  // 0.3 - 0.2 is a little less than 0.1 in binary: what the author wrote as equal must count as equal.
  const slack = 4 * Number.EPSILON * Math.max(Math.abs(now.value), Math.abs(last.value));
  if (band.change !== undefined && difference + slack >= band.change) return true;
  return band.percent !== undefined && difference + slack >= (Math.abs(last.value) * band.percent) / 100;
}

function notANumber(expression: Expression, value: unknown): SignalboxError {
  const found = value === null ? "null" : Array.isArray(value) ? "an array" : `a ${typeof value}`;
  return new SignalboxError("EXPRESSION_NOT_NUMBER", `the value of the deadband is ${found}, not a number`, {
    at: expression.at,
    hint: "convert it with $number( ), or filter such messages first",
  });
}
