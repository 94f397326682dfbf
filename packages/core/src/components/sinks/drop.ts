import { z } from "zod";
import type { WriteResult } from "../../component/contracts.ts";
import { defineSink } from "../../component/definition.ts";

const dropped: WriteResult = { status: "discarded", reason: "dropped" };

export const dropSink = defineSink({
  name: "drop",
  summary: "Discards every message, on purpose and counted.",
  description: `
For messages that shall go nowhere: the last sink of \`route: first\`, or a pipeline that is only being tried. Each message is
counted as discarded with the reason \`dropped\`.
`,
  schema: z.strictObject({}).describe("Has no fields: `drop: {}`."),
  examples: [
    { title: "Everything", yaml: "drop: {}" },
    { title: "Test devices", yaml: `drop: {}\nwhen: $contains(deviceId, /^ffff/)` },
  ],
  defaults: { batchCount: 1_000, concurrency: 1, timeoutMs: 30_000 },
  create: () => ({ write: (batch) => Promise.resolve(batch.map(() => dropped)) }),
});
