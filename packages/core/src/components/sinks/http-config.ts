import { z } from "zod";
import { secret, template } from "../../component/fields.ts";
import { responses } from "./http-responses.ts";
import { auth, headerName, isHttpUrl, tls } from "./network.ts";

/** What stands under `http`. */
export const httpConfig = z
  .strictObject({
    url: template().describe(
      "Where to, `http:` or `https:`. Holes are put in as they are: encode what may hold `/` or `?` with `$encodeUrlComponent( )`.",
    ),
    method: z.enum(["POST", "PUT", "PATCH", "DELETE", "GET"]).default("POST").describe("Method of the request."),
    headers: z.record(headerName, template()).default({}).describe("Further headers; they take the place of ours."),
    body: z
      .enum(["json", "form", "text", "none"])
      .optional()
      .describe(
        "How the message's body is sent: as `json`, its fields as a `form`, as plain `text` (what is no text as JSON), or `none` of it. By default `json`; `none` with GET and DELETE.",
      ),
    responses: responses
      .prefault({})
      .describe(
        "What statuses mean where that differs: lists of statuses (`409`) and of hundreds (`5xx`). A status named alone goes before its hundred.",
      ),
    auth: auth.optional().describe("Who we are to the server: one of `basic`, `bearer`, `apiKey`."),
    tls: tls.optional().describe("Certificates and trust."),
    proxy: secret().optional().describe("URL of an HTTP proxy; it may hold a user and password, so it is never shown."),
  })
  .superRefine((config, check) => {
    const { isConstant, literalStart } = config.url;
    if (isConstant && !isHttpUrl(literalStart)) {
      check.addIssue({ code: "custom", message: "is not an http or https URL", path: ["url"] });
    }
    if (config.tls !== undefined && literalStart.startsWith("http:")) {
      check.addIssue({ code: "custom", message: "`tls` belongs to an https URL", path: ["tls"] });
    }
    if (config.method === "GET" && (config.body ?? "none") !== "none") {
      check.addIssue({ code: "custom", message: "a GET request has no body", path: ["body"] });
    }
    if (config.auth !== undefined && Object.keys(config.headers).some((name) => /^authorization$/i.test(name))) {
      check.addIssue({
        code: "custom",
        message: "`auth` and an `authorization` header exclude each other",
        path: ["auth"],
      });
    }
    if (config.proxy !== undefined && !isHttpUrl(config.proxy)) {
      check.addIssue({ code: "custom", message: "is not an http or https URL", path: ["proxy"] });
    }
  });

export type HttpConfig = z.output<typeof httpConfig>;
