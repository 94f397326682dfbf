import { z } from "zod";
import type { Outcome } from "../../component/contracts.ts";
import { defineStep } from "../../component/definition.ts";
import type { Expression } from "../../component/expression.ts";
import { expression } from "../../component/fields.ts";
import { SignalboxError } from "../../errors/error.ts";
import { type Message, withBody } from "../../message.ts";

const shape = expression().describe("What the body becomes, in JSONata: text, or `{ file: air.jsonata }`.");

export const transformStep = defineStep({
  name: "transform",
  summary: "Replaces a message's body with the result of an expression.",
  description: `
The result becomes the body; id and metadata stay. An array is one body: use \`split\` to make several messages of it.
\`null\` is a result. No result at all fails the message with EXPRESSION_NO_RESULT, or leaves it out with
\`onNothing: filter\`. Written as text, or as a mapping where \`onNothing\` is needed.
`,
  schema: z
    .union([
      shape,
      z.strictObject({
        expression: shape,
        onNothing: z
          .enum(["fail", "filter"])
          .default("fail")
          .describe(
            "What becomes of a message for which the expression has no result: `fail` (a dead letter) or `filter`.",
          ),
      }),
    ])
    .describe("What the body becomes: JSONata, or a mapping where `onNothing` is needed."),
  examples: [
    {
      title: "A new body",
      yaml: `transform: |
  {
    "device": deviceId,
    "temperatureF": data.temperature * 1.8 + 32
  }`,
    },
    { title: "An expression in a file", yaml: "transform: { file: expressions/air.jsonata }" },
    {
      title: "Leave out what has no alarm",
      yaml: `transform:
  expression: data.alarms[level > 2]
  onNothing: filter`,
    },
  ],
  create(config) {
    const { expression, onNothing } =
      "evaluate" in config ? { expression: config, onNothing: "fail" as const } : config;
    return {
      process(message) {
        const value = expression.evaluate(message);
        if (value instanceof Promise) return value.then((late) => outcomeOf(late, message));
        return outcomeOf(value, message);
      },
    };

    function outcomeOf(value: unknown, message: Message): Outcome {
      if (value !== undefined) return withBody(message, value);
      if (onNothing === "filter") return { discard: "filtered" };
      throw noResult(expression);
    }
  },
});

function noResult(expression: Expression): SignalboxError {
  return new SignalboxError("EXPRESSION_NO_RESULT", "the transform gave no result for this message", {
    at: expression.at,
    hint: "give a default, or set onNothing: filter",
  });
}
