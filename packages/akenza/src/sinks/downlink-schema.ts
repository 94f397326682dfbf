import { type CommandSeen, connectionName, duration, expression, template } from "@signalbox/core";
import { z } from "zod";
import { idArray } from "../ids.ts";
import { queryFields, whyNoQuery } from "../subscribe/schema.ts";
import { reportContradictions } from "./downlink-checks.ts";

const lorawan = z
  .strictObject({
    port: z
      .number()
      .int()
      .min(1)
      .max(223)
      .default(1)
      .describe("LoRaWAN port of the downlink, one of the application's (1 to 223)."),
    confirmed: z.boolean().default(false).describe("Whether the network asks the device to confirm it."),
    payloadHex: expression()
      .optional()
      .describe(
        "JSONata that gives the payload as hex text. With it the device type's encoder script is not run unless `raw` is false.",
      ),
    payload: expression()
      .optional()
      .describe("JSONata that gives the object for the device type's encoder script. Default: the message's body."),
    clearQueue: z
      .boolean()
      .optional()
      .describe("Whether downlinks that still wait in the network for this device are taken back first."),
  })
  .superRefine((downlink, check) => {
    if (downlink.payloadHex === undefined || downlink.payload === undefined) return;
    check.addIssue({
      code: "custom",
      message: "payloadHex and payload are two ways to say the same: keep one",
      path: ["payload"],
    });
  });

const mqtt = z.strictObject({
  topic: template().describe("The topic, without a leading slash; akenza puts it behind the device's own prefix."),
  payload: expression().optional().describe("JSONata that gives the JSON object to send. Default: the message's body."),
});

const inventory = z
  .strictObject({
    ...queryFields,
    every: duration()
      .prefault("5m")
      .describe("How long a reading of the devices holds; the first message after it has them read again."),
  })
  .superRefine((query, check) => {
    const problem = whyNoQuery(query);
    if (problem !== undefined) check.addIssue({ code: "custom", message: problem });
  });

const seen: Readonly<Record<keyof CommandSeen, true>> = {
  key: true,
  device: true,
  payload: true,
  attempts: true,
  sentAt: true,
};

const confirm = z.strictObject({
  expect: expression({ command: Object.keys(seen) }).describe(
    "JSONata on each later uplink of the device: `$` is its body, `$command` the command (`payload` as it went to akenza). `true` confirms.",
  ),
  within: duration().prefault("30m").describe("How long after akenza accepted the command."),
  otherwise: z
    .enum(["alert", "retry"])
    .default("alert")
    .describe("When no uplink confirmed it in time: tell a person, or send it again while `retry.attempts` are left."),
});

export const downlinkSchema = z
  .strictObject({
    connection: connectionName("akenza").default("akenza").describe("Name of the akenza connection."),
    devices: z
      .union([idArray(), expression(), inventory])
      .optional()
      .describe(
        "Who gets it: a list of akenza ids, JSONata that gives one or a list, or a query on akenza's inventory. Default: the device of the message.",
      ),
    maxDevices: z
      .number()
      .int()
      .positive()
      .default(100)
      .describe("The most devices one message may command; one that names more is rejected as a whole."),
    lorawan: lorawan.optional().describe("A LoRaWAN downlink."),
    mqtt: mqtt.optional().describe("An MQTT downlink."),
    raw: z
      .boolean()
      .optional()
      .describe("True: the device type's downlink encoder is not run. Default: true with `payloadHex`, else false."),
    ttl: duration()
      .optional()
      .describe("How long after its event a command is worth sending; never later. Default: for ever."),
    supersede: z
      .union([
        z.boolean(),
        z.strictObject({
          key: template().describe("Commands of any sink with the same text here replace one another."),
        }),
      ])
      .default(false)
      .describe(
        "Whether a newer command takes the place of one to the same device that still waits: of this sink, or of all with the same `key`.",
      ),
    onUnknown: z
      .enum(["ask", "resend"])
      .default("ask")
      .describe(
        "What to do with a command that may have left and has no answer: leave it to a person, or send it again.",
      ),
    confirm: confirm.optional().describe("Which uplink of the device shows that it carried the command out."),
    spread: duration()
      .optional()
      .describe("Commands are put off by up to this time, each device by a part of its own that is always the same."),
    dryRun: z.boolean().default(false).describe("True: commands are recorded as `planned` and never sent."),
  })
  .superRefine(reportContradictions);

export type DownlinkConfig = z.output<typeof downlinkSchema>;
export type InventoryQuery = z.output<typeof inventory>;
