import { connectionName, expression, planned, template } from "@signalbox/core";
import { z } from "zod";
import { idArray } from "../ids.ts";

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

export const downlinkSchema = z
  .strictObject({
    connection: connectionName("akenza").default("akenza").describe("Name of the akenza connection."),
    devices: z
      .union([idArray(), expression()])
      .optional()
      .describe(
        "Who gets it: a list of akenza ids, or JSONata that gives one or a list. Default: the device of the message.",
      ),
    lorawan: lorawan.optional().describe("A LoRaWAN downlink."),
    mqtt: mqtt.optional().describe("An MQTT downlink."),
    raw: z
      .boolean()
      .optional()
      .describe("True: the device type's downlink encoder is not run. Default: true with `payloadHex`, else false."),
    ttl: planned("How long after its event a command is still worth sending."),
    supersede: planned("Whether a newer command to the same device takes the place of one that still waits."),
    onUnknown: planned("What to do with a command that may have been sent without an answer: ask or resend."),
    confirm: planned("A condition on later samples that confirms the command."),
    maxDevices: planned("The most devices one message may command."),
    dryRun: planned("Whether commands are recorded and not sent."),
  })
  .superRefine((config, check) => {
    if ((config.lorawan === undefined) !== (config.mqtt === undefined)) return;
    const message =
      config.lorawan === undefined
        ? "say how it goes out: lorawan or mqtt"
        : "a downlink goes out by lorawan or by mqtt: keep one";
    check.addIssue({ code: "custom", message });
  });

export type DownlinkConfig = z.output<typeof downlinkSchema>;
