// The keys of signalbox.yaml as schemas, and the environment variables that stand in for them.
// Not here: `connections`, whose fields are the connection definitions'.

import { isIP } from "node:net";
import { z } from "zod";
import { duration, fieldFacts, secret } from "../component/fields.ts";
import { headerName } from "../components/sinks/network.ts";
import { redisKeys } from "./redis-keys.ts";

export const settingsFile = "signalbox.yaml";

const knownVersion = 1;

/** The console's, where nobody chose one. */
export const defaultConsolePort = 8080;

/** Characters: what is shorter can be guessed. */
export const shortestToken = 20;

export const settingsKeys = z.strictObject({
  version: z
    .int()
    .superRefine((version, check) => {
      if (version === knownVersion) return;
      check.addIssue({
        code: "custom",
        message: `this program knows version ${knownVersion} only`,
        params: { code: "CONFIG_VERSION_UNKNOWN", hint: `write version: ${knownVersion}` },
      });
    })
    .default(knownVersion)
    .describe("Version of this file's form: 1."),
  pipelines: z
    .array(z.string().min(1))
    .default(["pipelines"])
    .describe("Folders and files of pipelines. A folder counts with its sub-folders; *.test.yaml never does."),
  store: z
    .strictObject({
      redis: redisKeys
        .optional()
        .describe("Queue and state live in Redis, which should run with AOF and without eviction."),
      postgres: z
        .strictObject({
          url: secret().optional().describe("Address of the database. Default: DATABASE_URL."),
          schema: z
            .string()
            .regex(/^[a-z_][a-z0-9_]{0,56}$/, { error: "use at most 57 small letters, digits and underscores" })
            .default("signalbox")
            .describe("Schema of the tables; it is created."),
        })
        .optional()
        .describe("Queue and state live in PostgreSQL."),
      embedded: z
        .strictObject({
          path: z
            .string()
            .min(1)
            .default(".signalbox")
            .describe("Folder of its files. One process may use it at a time."),
        })
        .optional()
        .describe(
          "Queue and state live in files of this project, durable over a killed process, not over a power cut.",
        ),
    })
    .refine((store) => Object.values(store).filter((kind) => kind !== undefined).length === 1, {
      error: "name exactly one of redis, postgres, embedded",
    })
    .optional()
    .describe("Where state lives. Default: Redis at REDIS_URL, else PostgreSQL at DATABASE_URL, else embedded."),
  http: z
    .strictObject({
      host: z.string().min(1).default("127.0.0.1").describe("Address to listen on. Else SIGNALBOX_HTTP_HOST."),
      port: port().default(8081).describe("Port to listen on; 0 takes a free one. Else SIGNALBOX_HTTP_PORT."),
    })
    .prefault({})
    .describe("The listener of webhooks, /livez and /readyz."),
  console: z
    .union([
      z.strictObject({
        host: z
          .string()
          .min(1)
          .default("127.0.0.1")
          .describe("Address to listen on. One that other machines reach needs `tokens`. Else SIGNALBOX_CONSOLE_HOST."),
        port: port()
          .optional()
          .describe(
            `Port to listen on; 0 takes a free one. Default: ${defaultConsolePort}, and where that is taken the engine runs without a ` +
              "console. Else SIGNALBOX_CONSOLE_PORT.",
          ),
        tokens: consoleTokens()
          .default([])
          .describe(
            "Who may come. Without any nobody is asked, and the console is for this machine alone. Else one operator " +
              "with the token SIGNALBOX_CONSOLE_TOKEN.",
          ),
        hosts: z
          .array(z.string().min(1))
          .default([])
          .describe(
            "Names that it answers to beside this machine's. Default: none, and any name where it listens to other machines.",
          ),
        trustProxy: z
          .array(proxyAddress())
          .default([])
          .describe("Addresses or networks (`10.0.0.0/8`) of proxies whose `X-Forwarded-*` headers count."),
      }),
      z.literal(false),
    ])
    .prefault({})
    .describe("The console: `/metrics`, `/livez` and `/readyz` with reasons; `false` turns it off."),
  control: z
    .strictObject({
      socket: z
        .string()
        .min(1)
        .default(".signalbox/control.sock")
        .describe("Path of the unix socket. Else SIGNALBOX_CONTROL_SOCKET."),
    })
    .prefault({})
    .describe("The control API, for the command line."),
  deadLetters: z
    .strictObject({
      keep: z.int().min(1).default(100_000).describe("How many are kept; beyond that the oldest go."),
      maxAge: duration().prefault("30d").describe("How long one is kept."),
      alarm: z
        .int()
        .min(1)
        .default(1_000)
        .describe("How many raise the alarm in the log and the status; it ends a tenth below."),
    })
    .prefault({})
    .describe("Messages that could not be forwarded, until they are redriven or purged."),
  commands: z
    .strictObject({
      keep: z.int().min(1).default(100_000).describe("How many that have ended are kept; beyond that the oldest go."),
      maxAge: duration().prefault("30d").describe("How long one that has ended is kept."),
    })
    .prefault({})
    .describe("The ledger of commands. While a key is in it, the same order is not taken twice."),
  changes: z
    .strictObject({
      keep: z.int().min(1).default(10_000).describe("How many are kept; beyond that the oldest go."),
      maxAge: duration().prefault("90d").describe("How long one is kept."),
    })
    .prefault({})
    .describe("The audit: reloads, logins and every action by hand, with who and when."),
  telemetry: z
    .union([
      z.strictObject({
        endpoint: otlpEndpoint()
          .optional()
          .describe(
            "Address of an OpenTelemetry receiver for OTLP over HTTP, as `http://localhost:4318`; `/v1/traces` is added. " +
              "Else OTEL_EXPORTER_OTLP_ENDPOINT. Without either, nothing is traced.",
          ),
        headers: z
          .record(headerName, secret())
          .default({})
          .describe("Headers of each export, as for who we are to it. Else OTEL_EXPORTER_OTLP_HEADERS."),
        service: z
          .string()
          .min(1)
          .default("signalbox")
          .describe("What this engine is called there. Else OTEL_SERVICE_NAME."),
        sample: z
          .number()
          .min(0)
          .max(1)
          .default(0.01)
          .describe(
            "Share of the traces that is exported, from 0 to 1; those of what failed or was parked are exported all the " +
              "same. Else OTEL_TRACES_SAMPLER_ARG.",
          ),
      }),
      z.literal(false),
    ])
    .prefault({})
    .describe("Traces of messages, ticks and commands; `false` turns them off, whatever the environment says."),
  shutdownTimeout: duration()
    .prefault("30s")
    .describe(
      "Time a stop may take; what is not done by three quarters of it is parked. Else SIGNALBOX_SHUTDOWN_TIMEOUT.",
    ),
  simulator: z
    .strictObject({ port: port().default(8090).describe("Port of the simulator. Else SIGNALBOX_SIMULATOR_PORT.") })
    .prefault({})
    .describe("The simulator that stands in for akenza while no key is set."),
});

export type SettingsKeys = z.output<typeof settingsKeys>;

function port(): z.ZodInt {
  return z.int().min(0).max(65_535);
}

/** Who may come to the console. */
function consoleTokens() {
  const item = z.strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._@ -]{0,63}$/, { error: "use letters, digits and . _ @ - or spaces, at most 64" })
      .describe("Whose it is: the audit and what they do bear this name."),
    role: z
      .enum(["viewer", "operator", "metrics"])
      .describe("`viewer` may look, `operator` may act as well, `metrics` may read `/metrics` alone."),
    token: consoleToken().describe("The token: at least 20 characters by chance, from a variable or a file."),
  });
  return z.array(item).superRefine((tokens, check) => {
    for (const [index, { name, token }] of tokens.entries()) {
      const before = tokens.slice(0, index);
      const issue = (message: string, field: string): void =>
        check.addIssue({ code: "custom", message, path: [index, field] });
      if (before.some((each) => each.name === name)) issue("another token has this name", "name");
      if (before.some((each) => each.token === token)) issue("another name has this token", "token");
    }
  });
}

function proxyAddress(): z.ZodType<string> {
  return z.string().refine((text) => isIP(text.replace(/\/\d{1,3}$/, "")) !== 0, {
    error: "it is an address as 10.0.0.1, or a network as 10.0.0.0/8",
  });
}

function consoleToken(): z.ZodType<string> {
  const schema = z.string().min(shortestToken, { error: `a token has at least ${shortestToken} characters` });
  fieldFacts.add(schema, { isSecret: true });
  return schema;
}

/** The token of one operator, where signalbox.yaml names none. */
export const consoleTokenVariable = "SIGNALBOX_CONSOLE_TOKEN";

/** What is secret belongs into headers: addresses are shown. */
function otlpEndpoint(): z.ZodType<string> {
  return z.string().superRefine((text, check) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const isGood = url !== undefined && /^https?:$/.test(url.protocol);
    if (!isGood) check.addIssue({ code: "custom", message: "is not an http or https URL" });
    else if (`${url.username}${url.password}${url.search}${url.hash}` !== "") {
      const hint = "say who we are in `headers`";
      check.addIssue({ code: "custom", message: "holds more than a host, a port and a path", params: { hint } });
    }
  });
}

/** Variables that stand in for a setting that signalbox.yaml leaves out. */
export const settingsVariables: Readonly<Record<string, readonly string[]>> = {
  SIGNALBOX_HTTP_HOST: ["http", "host"],
  SIGNALBOX_HTTP_PORT: ["http", "port"],
  SIGNALBOX_CONSOLE_HOST: ["console", "host"],
  SIGNALBOX_CONSOLE_PORT: ["console", "port"],
  SIGNALBOX_CONTROL_SOCKET: ["control", "socket"],
  OTEL_EXPORTER_OTLP_ENDPOINT: ["telemetry", "endpoint"],
  OTEL_EXPORTER_OTLP_HEADERS: ["telemetry", "headers"],
  OTEL_SERVICE_NAME: ["telemetry", "service"],
  OTEL_TRACES_SAMPLER_ARG: ["telemetry", "sample"],
  SIGNALBOX_SHUTDOWN_TIMEOUT: ["shutdownTimeout"],
  SIGNALBOX_SIMULATOR_PORT: ["simulator", "port"],
};
