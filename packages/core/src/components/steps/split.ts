import type { Outcome } from "../../component/contracts.ts";
import { defineStep } from "../../component/definition.ts";
import { expression } from "../../component/fields.ts";
import type { Message } from "../../message.ts";

export const splitStep = defineStep({
  name: "split",
  summary: "Makes one message of each element of an array.",
  description: `
Each element of the result becomes the body of a message of its own; their ids are the parent's with \`#0\`, \`#1\` and so on,
so a repeated parent has the same children. They keep the parent's metadata and order, and are counted under the parent,
which is settled when all of them are.

A result that is not an array makes one message, \`#0\`: JSONata itself writes a list of one as its element. No result and an
empty array make none: the parent is discarded and counted as \`nothing\`.
`,
  schema: expression().describe("The array, in JSONata."),
  examples: [
    { title: "One message per reading", yaml: "split: data.readings" },
    {
      title: "Elements that carry something of the parent",
      yaml: `split: |
  data.readings.{ "device": $$.deviceId, "at": time, "value": value }`,
    },
  ],
  create: (list) => ({
    process(message) {
      const value = list.evaluate(message);
      return value instanceof Promise ? value.then((late) => childrenOf(late, message)) : childrenOf(value, message);
    },
  }),
});

function childrenOf(value: unknown, parent: Message): Outcome {
  if (value === undefined) return { discard: "nothing" };
  const bodies: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (bodies.length === 0) return { discard: "nothing" };
  return bodies.map((body, index) => ({ id: `${parent.id}#${index}`, meta: parent.meta, body }));
}
