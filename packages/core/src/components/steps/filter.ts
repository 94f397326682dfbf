import type { Outcome } from "../../component/contracts.ts";
import { defineStep } from "../../component/definition.ts";
import { judge, type Verdict } from "../../component/expression.ts";
import { expression } from "../../component/fields.ts";
import type { Message } from "../../message.ts";

export const filterStep = defineStep({
  name: "filter",
  summary: "Lets through the messages for which a condition is true.",
  description: `
\`true\` keeps the message, unchanged; \`false\` filters it. No result (the condition speaks of a field that is not there)
filters it too and is counted apart, as \`nothing\`: a field that is never there is a mistake in the making. Anything else
fails the message with EXPRESSION_NOT_BOOLEAN, so that a slip like \`data.open\` holding \`"yes"\` is not taken for a decision.
`,
  schema: expression().describe("The condition, in JSONata. Quote it where YAML would read it otherwise."),
  examples: [
    { title: "Only samples with a CO2 value", yaml: "filter: data.co2 != null" },
    { title: "Two conditions", yaml: "filter: topic = 'default' and data.temperature > 26" },
    { title: "A condition in a file", yaml: "filter: { file: expressions/is-stale.jsonata }" },
  ],
  create: (condition) => ({
    process(message) {
      const verdict = judge(condition, message);
      return verdict instanceof Promise
        ? verdict.then((late) => outcomeOf(late, message))
        : outcomeOf(verdict, message);
    },
  }),
});

function outcomeOf(verdict: Verdict, message: Message): Outcome {
  if (verdict === "true") return message;
  return { discard: verdict === "false" ? "filtered" : "nothing" };
}
