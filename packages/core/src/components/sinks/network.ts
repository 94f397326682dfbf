import type { TLSSocketOptions } from "node:tls";
import { z } from "zod";
import { secret } from "../../component/fields.ts";

// Fields that sinks with a client of their own share: who we are to the other side, and whom we trust.

export const headerName = z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, "is not a header name");

export const auth = z
  .strictObject({
    basic: z
      .strictObject({
        username: z.string().min(1).describe("User name."),
        password: secret().describe("Password."),
      })
      .optional()
      .describe("Basic authentication."),
    bearer: secret().optional().describe("A token, sent as `authorization: Bearer ...`."),
    apiKey: z
      .strictObject({
        header: headerName.default("x-api-key").describe("Name of the header."),
        value: secret().describe("The key."),
      })
      .optional()
      .describe("A key in a header of its own."),
  })
  .refine((config) => Object.values(config).filter((each) => each !== undefined).length === 1, {
    message: "needs exactly one of `basic`, `bearer` and `apiKey`",
  });

export type Auth = z.output<typeof auth>;

/** The headers that say who we are; names in lower case. */
export function authHeaders(config: Auth | undefined): Readonly<Record<string, string>> {
  if (config?.bearer !== undefined) return { authorization: `Bearer ${config.bearer}` };
  if (config?.apiKey !== undefined) return { [config.apiKey.header.toLowerCase()]: config.apiKey.value };
  if (config?.basic === undefined) return {};
  const { username, password } = config.basic;
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
}

export const tls = z.strictObject({
  ca: z
    .string()
    .optional()
    .describe(
      "Certificates (PEM) of the authorities to trust in place of the well-known ones: `${file:certs/ca.pem}`.",
    ),
  cert: z.string().optional().describe("Our certificate (PEM), for servers that ask for one."),
  key: secret().optional().describe("The private key (PEM) of `cert`."),
  rejectUnauthorized: z.boolean().default(true).describe("`false` trusts any certificate: for trying out only."),
  servername: z.string().optional().describe("The name the server's certificate is checked against, if not the URL's."),
});

export type Tls = z.output<typeof tls>;

export function tlsOptions(config: Tls | undefined): TLSSocketOptions & { servername?: string } {
  return Object.fromEntries(Object.entries(config ?? {}).filter(([, value]) => value !== undefined));
}

/** A URL as it may be shown: without query, fragment, user and password. */
export function shownUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

export function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
