import { z } from "zod";
import { duration, expression, size } from "../../component/fields.ts";
import { webhookAuth } from "./webhook-auth.ts";

/** What stands under `webhook`. */
export const webhookConfig = z
  .strictObject({
    method: z.enum(["POST", "PUT", "PATCH", "DELETE", "GET"]).default("POST").describe("Method of the requests."),
    path: z
      .string()
      .regex(/^\/(?!(?:livez|readyz)$)[\w/.~:-]*$/, "is not a path like /hooks/door or /devices/:device/open")
      .describe(
        "Path of the requests; `:name` stands for a segment, and is `$meta.request.params.name`. `/livez` and `/readyz` are taken.",
      ),
    auth: webhookAuth
      .optional()
      .describe("How callers show who they are: `bearer` or `hmac`. Without it anyone may call."),
    bodyLimit: size().prefault("1MiB").describe("Larger bodies are answered 413."),
    respond: z
      .enum(["accepted", "settled"])
      .default("accepted")
      .describe(
        "When to answer: `accepted` once the message is durably recorded (202), `settled` once it is settled (200).",
      ),
    timeout: duration()
      .optional()
      .describe(
        "With `respond: settled`, how long an answer waits before it is 504; the message goes on. By default 30s.",
      ),
    id: expression()
      .optional()
      .describe("The message's id, in JSONata. By default the `Idempotency-Key` header, else a new UUID."),
    idempotency: z
      .union([
        z.literal("off"),
        z.strictObject({
          window: duration().prefault("24h").describe("How long the answer to an id is remembered, at least."),
          keep: z
            .int()
            .min(1)
            .default(100_000)
            .describe("How many answers are remembered, about; the oldest go first."),
        }),
      ])
      .prefault({})
      .describe(
        "How long a repeated request, one with the id of an earlier one, gets the first answer and makes no second message. " +
          "`off` recognises it only until the first message is settled.",
      ),
    device: expression().optional().describe("The message's device, in JSONata."),
    topic: expression().optional().describe("The message's topic, in JSONata."),
    time: expression()
      .optional()
      .describe(
        "When the event happened, in JSONata: ISO 8601 or milliseconds since 1970. By default when it was received.",
      ),
  })
  .refine((config) => config.timeout === undefined || config.respond === "settled", {
    message: "`timeout` belongs to `respond: settled`",
    path: ["timeout"],
  });

export type WebhookConfig = z.output<typeof webhookConfig>;
