import { z } from "zod";
import { defineConnection, defineSink, defineSource, defineStep, type Definition } from "../component/definition.ts";
import {
  connectionName,
  duration,
  expression,
  pipelineName,
  planned,
  secret,
  size,
  template,
} from "../component/fields.ts";
import { createRegistry, type Registry } from "../registry.ts";

const about = { summary: "A sample.", description: "For tests of configuration.", examples: [] };
const unused = (): never => {
  throw new Error("samples are validated, not run");
};
const sink = { ...about, defaults: { batchCount: 1, concurrency: 4, timeoutMs: 10_000 }, create: unused };
const source = { ...about, defaultOrder: "perKey", create: unused } as const;

const subscribe = z.union([
  z.strictObject({
    asset: z.union([z.string(), z.array(z.string())]).describe("Ids."),
    topic: z.string().default("*").describe("Topic."),
  }),
  z.strictObject({ tag: z.string().describe("Tag."), topic: z.string().default("*").describe("Topic.") }),
  z.strictObject({
    sql: z
      .strictObject({ connection: connectionName("database").describe("Where."), query: z.string().describe("What.") })
      .describe("Ids from a query."),
  }),
]);

/** Small components with every kind of field, for tests of configuration alone. */
export const sampleDefinitions: readonly Definition[] = [
  defineSource({
    ...source,
    name: "events",
    schema: z.strictObject({
      connection: connectionName("events").default("events").describe("The connection."),
      subscribe: z.array(subscribe).min(1).describe("What to receive."),
      buffer: z.int().min(1).max(1000).default(10).describe("Room."),
    }),
  }),
  defineSource({
    ...source,
    name: "timer",
    defaultOrder: "none",
    schema: z
      .strictObject({
        every: duration().optional().describe("Period."),
        cron: z.string().optional().describe("Cron."),
        timezone: z.string().optional().describe("Zone."),
        body: z.unknown().optional().describe("Anything."),
        overlap: planned("What to do while the last tick runs."),
      })
      .superRefine(({ every, cron, timezone }, check) => {
        const issue = (message: string, path: string[], code?: string): void =>
          check.addIssue({ code: "custom", message, path, ...(code === undefined ? {} : { params: { code } }) });
        if ((every === undefined) === (cron === undefined)) issue("exactly one of every and cron is needed", []);
        if (cron?.includes("61") === true) issue(`"${cron}" is not a cron expression`, ["cron"], "CONFIG_CRON_INVALID");
        if (timezone === "Mars/Base")
          issue(`"${timezone}" is not a time zone`, ["timezone"], "CONFIG_TIMEZONE_INVALID");
      }),
  }),
  defineSource({ ...source, name: "pipeline", schema: z.strictObject({}) }),
  defineStep({ ...about, create: unused, name: "filter", schema: expression().describe("Keeps what is true.") }),
  defineStep({
    ...about,
    create: unused,
    name: "transform",
    schema: z.union([
      expression().describe("The new body."),
      z.strictObject({
        expression: expression().describe("The new body."),
        onNothing: z.enum(["fail", "filter"]).default("fail").describe("Without a result."),
      }),
    ]),
  }),
  defineSink({
    ...sink,
    name: "http",
    schema: z.strictObject({
      url: template().describe("Where to."),
      method: z.enum(["GET", "POST", "PUT"]).default("POST").describe("Method."),
      headers: z.record(z.string(), template()).default({}).describe("Headers."),
      token: secret().optional().describe("Token."),
      port: z.int().min(1).max(65_535).optional().describe("Port."),
      secure: z.boolean().default(true).describe("TLS."),
      bodyLimit: size().prefault("1MB").describe("Limit."),
      keep: duration().prefault("30s").describe("Keep-alive."),
      tags: z.array(z.string()).default([]).describe("Tags."),
      code: z
        .string()
        .regex(/^[a-z]+$/)
        .optional()
        .describe("Code."),
      ratio: z.number().multipleOf(0.5).optional().describe("Ratio."),
    }),
  }),
  defineSink({
    ...sink,
    name: "sql",
    schema: z.strictObject({
      connection: connectionName("database").describe("Where."),
      params: z.array(expression()).default([]).describe("Parameters."),
    }),
  }),
  defineSink({ ...sink, name: "pipeline", schema: pipelineName().describe("The target.") }),
  defineSink({ ...sink, name: "drop", schema: z.strictObject({}) }),
  defineConnection({
    ...about,
    name: "events",
    create: unused,
    schema: z.strictObject({ key: secret().describe("Key."), url: z.string().default("https://x").describe("Base.") }),
    fromEnvironment: ({ EVENTS_KEY }) => (EVENTS_KEY === undefined ? {} : { key: EVENTS_KEY }),
  }),
  defineConnection({
    ...about,
    name: "database",
    create: unused,
    schema: z.strictObject({ url: secret().describe("Address."), pool: z.int().default(4).describe("Size.") }),
  }),
];

export const sampleRegistry: Registry = createRegistry(sampleDefinitions);
