import { z } from "zod";
import { defineSource } from "../../component/definition.ts";
import { DeliveryBuffer } from "../../component/delivery-buffer.ts";
import { SignalboxError } from "../../errors/error.ts";
import type { Delivery } from "../../message.ts";

export const pipelineSource = defineSource({
  name: "pipeline",
  summary: "Takes what `pipeline` sinks of other pipelines send to this one.",
  description: `
The sinks name this pipeline; there is nothing to set here. Messages keep their ids, devices, topics and times, and the
sending pipeline is told when they are settled or parked. While this pipeline has no room it takes no more, and they wait,
parked, with the sender.
`,
  schema: z.strictObject({}).describe("Has no fields: `pipeline: {}`."),
  examples: [{ title: "A pipeline that others send to", yaml: "pipeline: {}" }],
  defaultOrder: "perKey",
  opensBeforeClose: true,
  create(_config, context) {
    const { pipeline, services } = context;
    const buffer = new DeliveryBuffer({ capacity: context.maxInFlight });
    let takeAway: (() => void) | undefined;
    return {
      open() {
        takeAway = services.chains.register(pipeline, (delivery) => buffer.push(relabel(delivery)));
        return Promise.resolve();
      },
      deliveries: (signal) => buffer.batches(signal),
      close() {
        takeAway?.();
        takeAway = undefined;
        buffer.close(
          new SignalboxError("SOURCE_CLOSED", `pipeline "${pipeline}" stopped before it took the message`, {
            isRetryable: true,
          }),
        );
        return Promise.resolve();
      },
      status: () => ({ state: takeAway === undefined ? "connecting" : "live" }),
    };

    function relabel(delivery: Delivery): Delivery {
      const { id, meta, body } = delivery.message;
      const message = { id, meta: { ...meta, pipeline, source: "pipeline" }, body };
      return { message, ack: (settlement) => delivery.ack(settlement), nack: (cause) => delivery.nack(cause) };
    }
  },
});
