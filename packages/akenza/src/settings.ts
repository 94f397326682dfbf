import { type Clock, duration, secret, SignalboxError, size } from "@signalbox/core";
import { z } from "zod";
import type { RestOptions } from "./rest/client.ts";

function baseUrl(): z.ZodType<string, string> {
  return z.string().superRefine((text, check) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const isBase =
      url !== undefined &&
      /^https?:$/.test(url.protocol) &&
      url.search === "" &&
      url.hash === "" &&
      url.username === "";
    if (!isBase)
      check.addIssue({ code: "custom", message: "this is no base address: https://HOST, without query or user name" });
  });
}

/** What stands under `akenza:` in `connections:`. */
export const settingsSchema = z
  .strictObject({
    apiKey: secret().optional().describe("API key of the organization, made in akenza under its settings."),
    accessToken: secret().optional().describe("OAuth2 access token (a JWT), in place of an API key."),
    baseUrl: baseUrl()
      .default("https://api.akenza.io")
      .describe(
        "Base address of akenza's API; the socket's address follows from it. Private deployments have their own.",
      ),
    maxFrameSize: size()
      .prefault("1MiB")
      .describe("Largest frame the socket takes; a larger one ends the connection, which is made anew."),
    requestTimeout: duration()
      .prefault("30s")
      .describe("How long a REST request may take, from the moment the rate limit lets it go."),
    rateLimit: z
      .strictObject({
        perSecond: z.number().positive().default(10).describe("Requests a second on average."),
        burst: z.number().int().positive().default(25).describe("Requests at once after a pause."),
      })
      .prefault({})
      .describe("What of akenza's rate limit per key this connection may use. Lower it where others share the key."),
  })
  .superRefine((settings, check) => {
    if (settings.apiKey === undefined || settings.accessToken === undefined) return;
    check.addIssue({
      code: "custom",
      message: "an API key and an access token are given: keep one",
      path: ["accessToken"],
    });
  });

export type ConnectionSettings = z.output<typeof settingsSchema>;

/** The key as REST wants it. */
export function authorization(settings: ConnectionSettings): Readonly<Record<string, string>> {
  if (settings.apiKey !== undefined) return { "x-api-key": settings.apiKey };
  if (settings.accessToken !== undefined) return { authorization: `Bearer ${settings.accessToken}` };
  throw keyMissing();
}

/** How the REST client of a connection is set up. */
export function restOptions(settings: ConnectionSettings, clock: Clock): RestOptions {
  const { baseUrl, rateLimit, requestTimeout: timeoutMs } = settings;
  return { baseUrl, authorization: () => authorization(settings), clock, rateLimit, timeoutMs };
}

/** The socket's address with the key in it: it must appear in no text. */
export function socketUrl(settings: ConnectionSettings): string {
  const url = new URL(settings.baseUrl);
  url.protocol = url.protocol === "http:" ? "ws:" : "wss:";
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/v3/data-streams`;
  if (settings.apiKey !== undefined) url.searchParams.set("xApiKey", settings.apiKey);
  else if (settings.accessToken !== undefined) url.searchParams.set("access_token", settings.accessToken);
  else throw keyMissing();
  return url.href;
}

function keyMissing(): SignalboxError {
  return new SignalboxError("AKENZA_KEY_MISSING", "the akenza connection has no key", {
    hint: "set AKENZA_API_KEY, or apiKey of the connection",
  });
}
