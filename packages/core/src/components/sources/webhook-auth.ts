import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { HttpRequest } from "../../component/services.ts";
import { secret } from "../../component/fields.ts";

export const webhookAuth = z
  .strictObject({
    bearer: secret().optional().describe("The token callers send as `Authorization: Bearer ...`."),
    hmac: z
      .strictObject({
        header: z.string().min(1).default("x-signature").describe("Header that holds the signature."),
        algorithm: z.enum(["sha256", "sha384", "sha512", "sha1"]).default("sha256").describe("Hash of the signature."),
        encoding: z.enum(["hex", "base64"]).default("hex").describe("How the signature is written."),
        prefix: z.string().default("").describe("What stands before the signature: `sha256=` for GitHub."),
        secret: secret().describe("The secret that caller and engine share."),
      })
      .optional()
      .describe("Callers sign the raw body with a shared secret."),
  })
  .refine((config) => (config.bearer === undefined) !== (config.hmac === undefined), {
    message: "needs exactly one of `bearer` and `hmac`",
  });

export type WebhookAuth = z.output<typeof webhookAuth>;

/** Whether a request shows who it says it is; takes the same time for every wrong answer. */
export function isAuthentic(auth: WebhookAuth | undefined, request: HttpRequest): boolean {
  if (auth === undefined) return true;
  if (auth.bearer !== undefined) {
    const [scheme = "", token = ""] = (request.headers["authorization"] ?? "").split(" ");
    return scheme.toLowerCase() === "bearer" && isSame(token, auth.bearer);
  }
  if (auth.hmac === undefined) return false;
  const { header, algorithm, encoding, prefix, secret } = auth.hmac;
  const signature = createHmac(algorithm, secret).update(request.body).digest(encoding);
  const given = request.headers[header.toLowerCase()] ?? "";
  return isSame(encoding === "hex" ? given.toLowerCase() : given, prefix.toLowerCase() + signature);
}

/** Headers that prove who the caller is; they never become part of a message. */
export function credentialHeaders(auth: WebhookAuth | undefined): ReadonlySet<string> {
  const signature = auth?.hmac === undefined ? [] : [auth.hmac.header.toLowerCase()];
  return new Set(["authorization", "proxy-authorization", "cookie", ...signature]);
}

// Hashed first: timingSafeEqual wants equal lengths, and the length of a secret is a secret too.
function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
