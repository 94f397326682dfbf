import { z } from "zod";
import { sleep } from "../../clock.ts";
import type { Source } from "../../component/contracts.ts";
import { defineSource, type SourceContext } from "../../component/definition.ts";
import type { Expression, Template } from "../../component/expression.ts";
import { duration, expression, template } from "../../component/fields.ts";
import { type Delivery, type Message, withBody } from "../../message.ts";

interface GenerateConfig {
  readonly every: number;
  readonly count?: number | undefined;
  readonly body?: Expression | undefined;
  readonly device?: Template | undefined;
}

const maxBatch = 100;

export const generateSource = defineSource({
  name: "generate",
  summary: "Makes messages by itself: for trying pipelines out, heartbeats and load.",
  description: `
The first message comes at the start, then one \`every\` so often, \`count\` in all. Pulled like any source: when the pipeline is
slower than \`every\`, messages come late and none is left out; with \`every: 0s\` they come as fast as the pipeline takes them.
Their ids are the pipeline, the time of the start and the number of the message. A message is not made again after a failure
or a restart: for times of day and commands that must not be lost use \`schedule\`.
`,
  schema: z.strictObject({
    every: duration().prefault("1s").describe("Time between two messages; `0s` is as fast as they are taken."),
    count: z.int().min(1).optional().describe("How many messages are made; by default there is no end."),
    body: expression()
      .optional()
      .describe(
        'The body, in JSONata; `index` counts the messages from 0, `$meta.time` is the time. By default `{ "index": index }`.',
      ),
    device: template().optional().describe("The device of a message; its holes see the body."),
  }),
  examples: [
    { title: "A heartbeat", yaml: `generate: { every: 30s, body: '{ "alive": true }' }` },
    {
      title: "Ten devices with a random temperature",
      yaml: `generate:
  every: 100ms
  body: '{ "sensor": index % 10, "temperature": 20 + $random() * 5 }'
  device: "sensor-{{ sensor }}"`,
    },
  ],
  defaultOrder: "perKey",
  create: (config, context) => createGenerator(config, context),
});

function createGenerator(config: GenerateConfig, context: SourceContext): Source {
  const { clock } = context;
  let made = 0;
  let startedAt: string | undefined;

  return {
    async *deliveries(signal) {
      const start = clock.monotonic() - made * config.every;
      startedAt ??= new Date(clock.now()).toISOString();
      while (!signal.aborted) {
        const due = dueCount(clock.monotonic() - start);
        if (due > 0) yield await makeBatch(due);
        else await waitForNext(start, signal);
      }
    },
    status: () => ({ state: isDone() ? "waiting" : "live", detail: `${made} messages made` }),
  };

  function isDone(): boolean {
    return made === config.count;
  }

  function dueCount(elapsedMs: number): number {
    const planned = config.every === 0 ? Infinity : Math.floor(elapsedMs / config.every) + 1;
    return Math.min(Math.min(planned, config.count ?? Infinity) - made, maxBatch);
  }

  function waitForNext(start: number, signal: AbortSignal): Promise<void> {
    if (isDone()) return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    return sleep(clock, start + made * config.every - clock.monotonic(), signal);
  }

  async function makeBatch(size: number): Promise<readonly Delivery[]> {
    const batch: Delivery[] = [];
    for (let index = 0; index < size; index += 1) {
      batch.push({ message: await makeMessage(made), ack: () => undefined, nack: () => undefined });
      made += 1;
    }
    return batch;
  }

  async function makeMessage(index: number): Promise<Message> {
    const time = new Date(clock.now()).toISOString();
    const meta = { pipeline: context.pipeline, source: "generate", time, receivedAt: time };
    const seed: Message = { id: `${context.pipeline}@${startedAt}#${index}`, meta, body: { index } };
    const body = config.body === undefined ? seed.body : await config.body.evaluate(seed);
    const message = withBody(seed, body ?? null);
    if (config.device === undefined) return message;
    return { ...message, meta: { ...meta, device: await config.device.render(message) } };
  }
}
