import { z } from "zod";
import { delivered, failed, type WriteResult } from "../../component/contracts.ts";
import { defineSink } from "../../component/definition.ts";
import { template } from "../../component/fields.ts";
import { toSignalboxError } from "../../errors/error.ts";
import type { Message } from "../../message.ts";
import { traceFields } from "../../traceparent.ts";

export const logSink = defineSink({
  name: "log",
  summary: "Writes messages to the engine's log.",
  description: `
Each message is a log line with the fields \`message\` (its id), \`device\`, \`topic\` and \`body\`, and \`trace_id\` and \`span_id\`
where it is in a trace. Meant for trying a pipeline out and for rare events; the log is not a store, and a line counts as delivered once it is handed to the logger.
`,
  schema: z.strictObject({
    level: z.enum(["debug", "info", "warn", "error"]).default("info").describe("Level of the line."),
    message: template()
      .optional()
      .describe("The sentence of the line; with it the body is left out. By default the line says `Message.`"),
  }),
  examples: [
    { title: "Whole messages", yaml: "log: {}" },
    {
      title: "A sentence",
      yaml: `log: { level: warn, message: "{{ $meta.device }} is at {{ data.temperature }} °C" }`,
    },
  ],
  defaults: { batchCount: 100, concurrency: 1, timeoutMs: 30_000 },
  create(config, context) {
    return {
      async write(batch) {
        const results: WriteResult[] = [];
        for (const message of batch) results.push(await writeLine(message));
        return results;
      },
    };

    async function writeLine(message: Message): Promise<WriteResult> {
      try {
        const { device, topic, traceparent } = message.meta;
        const facts = { message: message.id, device, topic, ...traceFields(traceparent) };
        if (config.message === undefined) context.log[config.level]({ ...facts, body: message.body }, "Message.");
        else context.log[config.level](facts, await config.message.render(message));
        return delivered;
      } catch (error) {
        return failed(toSignalboxError(error, "SINK_WRITE_FAILED"));
      }
    }
  },
});
