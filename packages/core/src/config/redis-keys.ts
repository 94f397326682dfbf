// The keys of `store.redis`: which Redis it is, in which of three forms, and what these forms rule out.
// Not here: the other stores (settings-keys.ts), and connecting to any of them.

import { z } from "zod";
import { secret } from "../component/fields.ts";
import type { ErrorCode } from "../errors/codes.ts";
import type { RedisServers } from "./model.ts";

const tls = z.strictObject({
  ca: z.string().optional().describe("Certificates (PEM) of the authorities to trust: `${file:certs/ca.pem}`."),
  cert: z.string().optional().describe("Our certificate (PEM), for servers that ask for one."),
  key: secret().optional().describe("The private key (PEM) of `cert`."),
  servername: z.string().min(1).optional().describe("The name certificates are checked against, if not the address's."),
  rejectUnauthorized: z.boolean().default(true).describe("`false` trusts any certificate: for trying out only."),
});

export const redisKeys = z
  .strictObject({
    url: secret()
      .optional()
      .describe("Address of one Redis server: `redis://`, or `rediss://` for TLS. Default: REDIS_URL."),
    cluster: addresses("a Redis Cluster: some of its nodes, each `host` or `host:port` (6379). The rest are found."),
    sentinels: addresses("the sentinels that know the master, each `host` or `host:port` (26379)."),
    name: z.string().min(1).optional().describe("What the sentinels call the master."),
    username: z.string().min(1).optional().describe("User of the servers, if the URL does not say."),
    password: secret().optional().describe("Password of the servers, if the URL does not say."),
    sentinelUsername: z.string().min(1).optional().describe("User of the sentinels, if they ask for one."),
    sentinelPassword: secret().optional().describe("Password of the sentinels, if they ask for one."),
    tls: tls
      .optional()
      .describe("Encrypts the connections to servers and sentinels; `{}` trusts the usual authorities."),
    prefix: z
      .string()
      .regex(/^[\w.:-]+$/, { error: "use letters, digits and _ . : -" })
      .default("signalbox")
      .describe("What every key starts with."),
  })
  .superRefine((keys, check) => {
    for (const { field, message, ...params } of contradictionsIn(keys)) {
      check.addIssue({ code: "custom", message, path: [field], params });
    }
  });

type RedisKeys = z.output<typeof redisKeys>;

/** Something that is wrong with a store as a whole. */
export interface StoreProblem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string | undefined;
}

interface Contradiction extends StoreProblem {
  readonly field: string;
}

/** The servers that the keys, or else the variable, name; problems that only show with the variable. */
export function redisServers(
  keys: RedisKeys,
  variable: string | undefined,
): { servers?: RedisServers; problems: readonly StoreProblem[] } {
  const { username, password, tls, url = variable, cluster, sentinels, name } = keys;
  const access = { username, password, tls };
  if (cluster !== undefined) return { servers: { ...access, cluster }, problems: [] };
  if (sentinels !== undefined && name !== undefined) {
    const { sentinelUsername, sentinelPassword } = keys;
    return { servers: { ...access, sentinels, name, sentinelUsername, sentinelPassword }, problems: [] };
  }
  if (url === undefined || url === "") {
    const message = 'the redis store needs "url", "cluster" or "sentinels"';
    return { problems: [{ code: "CONFIG_FIELD_MISSING", message, hint: "add one of them, or set REDIS_URL" }] };
  }
  if (keys.url !== undefined) return { servers: { ...access, url }, problems: [] };
  const problems = contradictionsIn({ ...keys, url }).map(({ code, message, hint }) => {
    return { code, message: `REDIS_URL and the redis store: ${message}`, hint };
  });
  return { servers: { ...access, url }, problems };
}

function contradictionsIn(keys: RedisKeys): readonly Contradiction[] {
  return [...formsIn(keys), ...sentinelsIn(keys), ...urlIn(keys), ...accessIn(keys)];
}

function* formsIn({ url, cluster, sentinels }: RedisKeys): Iterable<Contradiction> {
  const given = Object.entries({ url, cluster, sentinels }).filter(([, value]) => value !== undefined);
  const [first, ...others] = given.map(([field]) => field);
  for (const field of others) yield invalid(field, `stands beside "${first}": a Redis has one of them`);
}

function* sentinelsIn({ sentinels, name, sentinelUsername, sentinelPassword }: RedisKeys): Iterable<Contradiction> {
  if (sentinels !== undefined) {
    if (name !== undefined) return;
    const hint = 'add "name": what the sentinels call the master';
    yield { field: "sentinels", code: "CONFIG_FIELD_MISSING", message: 'they need a "name" beside them', hint };
    return;
  }
  for (const [field, value] of Object.entries({ name, sentinelUsername, sentinelPassword })) {
    if (value !== undefined) yield invalid(field, 'belongs to "sentinels"');
  }
}

function* urlIn({ url: text, username, password, tls }: RedisKeys): Iterable<Contradiction> {
  if (text === undefined) return;
  const hint = "it looks like redis://host:6379, or rediss://host:6379 for TLS";
  if (!URL.canParse(text) || !/^rediss?:$/.test(new URL(text).protocol)) {
    yield { ...invalid("url", "is not a redis:// or rediss:// URL"), hint };
    return;
  }
  const url = new URL(text);
  if (tls !== undefined && url.protocol === "redis:") yield invalid("tls", "belongs to a rediss:// URL");
  const isTwofold = url.password !== "" || url.username !== "";
  for (const [field, value] of Object.entries({ username, password })) {
    if (isTwofold && value !== undefined) yield invalid(field, "the URL says already who we are");
  }
}

function* accessIn({ username, password, tls }: RedisKeys): Iterable<Contradiction> {
  if (username !== undefined && password === undefined) yield invalid("username", 'needs a "password" beside it');
  if ((tls?.cert === undefined) === (tls?.key === undefined)) return;
  yield invalid("tls", '"cert" and "key" belong together');
}

function invalid(field: string, message: string): Contradiction {
  return { field, code: "CONFIG_VALUE_INVALID", message };
}

function addresses(meaning: string): z.ZodOptional<z.ZodArray<z.ZodString>> {
  const address = z
    .string()
    .regex(/^([^\s:/@[\]]+|\[[\da-f:.]+\])(:\d{1,5})?$/i, { error: "write host, host:port or [IPv6]:port" });
  return z.array(address).min(1).optional().describe(`In place of \`url\`, ${meaning}`);
}
