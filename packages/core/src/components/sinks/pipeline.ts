import { delivered, failed, type WriteResult } from "../../component/contracts.ts";
import { defineSink } from "../../component/definition.ts";
import { pipelineName } from "../../component/fields.ts";
import { SignalboxError, toSignalboxError } from "../../errors/error.ts";
import type { Message } from "../../message.ts";

/** How many `pipeline` sinks a message may pass: beyond it, it is taken for one that runs in circles. */
const maxHops = 16;

export const pipelineSink = defineSink({
  name: "pipeline",
  summary: "Hands messages to another pipeline of this engine, whose source is `pipeline`.",
  description: `
Written as the name of the other pipeline. The message keeps its id, device, topic and times; \`$meta.pipeline\` becomes the
other pipeline's name. It counts as delivered once that pipeline has settled or parked it, so nothing is lost between the two;
while the other one does not run or has no room, it is parked here and tried again. What the other pipeline made a dead letter
is not tried again from here.

A message passes at most ${maxHops} such sinks, then it is rejected with CHAIN_TOO_LONG. A cycle of pipelines is found by
\`validate\`.
`,
  schema: pipelineName().describe("Name of the pipeline that takes the messages."),
  examples: [
    { title: "Hand everything on", yaml: "pipeline: audit" },
    { title: "Hand alarms on", yaml: "pipeline: alarms\nwhen: data.level > 2" },
  ],
  defaults: { batchCount: 1, concurrency: 256, timeoutMs: 60_000 },
  create(target, context) {
    return {
      async write(batch, signal) {
        const results: WriteResult[] = [];
        for (const message of batch) results.push(await hand(message, signal));
        return results;
      },
    };

    async function hand(message: Message, signal: AbortSignal): Promise<WriteResult> {
      const hops = (message.meta.hops ?? 0) + 1;
      if (hops > maxHops) {
        const text = `the message has passed ${maxHops} pipelines and would enter "${target}"`;
        return failed(new SignalboxError("CHAIN_TOO_LONG", text, { hint: "look for pipelines that send in a circle" }));
      }
      try {
        const { id, meta, body } = message;
        await context.services.chains.send(target, { id, meta: { ...meta, hops }, body }, signal);
        return delivered;
      } catch (error) {
        return failed(toSignalboxError(error, "SINK_WRITE_FAILED", { isRetryable: true }));
      }
    }
  },
});
