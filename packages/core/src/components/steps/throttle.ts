import { z } from "zod";
import type { Outcome } from "../../component/contracts.ts";
import { defineStep } from "../../component/definition.ts";
import { duration, expression } from "../../component/fields.ts";
import type { Message } from "../../message.ts";
import { KeyedMemory, keyOf, maxKeys } from "./keyed-memory.ts";

export const throttleStep = defineStep({
  name: "throttle",
  remembers: true,
  summary: "Lets at most so many messages through per interval, for each device or over all.",
  description: `
The first \`count\` messages of any stretch of \`interval\` pass; the others are filtered. The interval slides with the messages,
it does not jump at full minutes.

It is measured between the messages' own times (\`$meta.time\`), so that a back-fill keeps what the live stream would have
kept. It thins out what devices say; it is not a rate limit for the system behind a sink. What passed last is kept in
memory, for \`maxKeys\` devices: after a restart counting starts anew.
`,
  schema: z
    .strictObject({
      count: z.int().min(1).max(1_000).default(1).describe("How many messages pass per interval."),
      interval: duration().describe("The stretch of time they are counted in."),
      per: z
        .enum(["device", "pipeline"])
        .optional()
        .describe(
          "What is counted: each `device` for itself (the default) or all messages of the `pipeline` together.",
        ),
      key: expression()
        .optional()
        .describe("In place of `per`: messages with the same result are counted together, in JSONata."),
      maxKeys,
    })
    .refine((config) => config.per === undefined || config.key === undefined, {
      message: "`per` and `key` exclude each other",
      path: ["key"],
    }),
  examples: [
    { title: "One message a minute of each device", yaml: "throttle: { interval: 1m }" },
    { title: "Ten a second over all", yaml: "throttle: { count: 10, interval: 1s, per: pipeline }" },
    {
      title: "One an hour per device and kind of alarm",
      yaml: "throttle: { interval: 1h, key: $meta.device & data.alarm }",
    },
  ],
  create(config) {
    const memory = new KeyedMemory<readonly number[]>(config.maxKeys);
    return {
      process(message) {
        const key = config.per === "pipeline" ? "" : keyOf(config.key, message);
        return key instanceof Promise ? key.then((late) => decide(message, late)) : decide(message, key);
      },
    };

    function decide(message: Message, key: string): Outcome {
      const timeMs = Date.parse(message.meta.time);
      // Distance, not age: one message of a clock that runs ahead must not shut out all that come after it.
      const near = (memory.get(key) ?? []).filter((passedMs) => Math.abs(timeMs - passedMs) < config.interval);
      if (near.length >= config.count) return { discard: "filtered" };
      memory.set(key, [...near, timeMs]);
      return message;
    }
  },
});
