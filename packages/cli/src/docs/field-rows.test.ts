import { connectionName, duration, expression, planned, secret, template } from "@signalbox/core";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { type FieldRow, fieldRows } from "./field-rows.ts";
import { fieldTable } from "./markdown.ts";

function row(schema: z.ZodType, path: string): FieldRow | undefined {
  return fieldRows(schema).find((each) => each.path === path);
}

const schema = z.strictObject({
  url: template().describe("Where to."),
  every: duration().prefault("30s").describe("How often."),
  token: secret().optional().describe("Who asks."),
  via: connectionName("postgres").describe("Which database."),
  mode: z.enum(["fast", "safe"]).default("safe").describe("How."),
  port: z.number().int().min(1).max(65535).default(5).describe("Port."),
  count: z.number().int().positive().optional().describe("How many."),
  headers: z.record(z.string(), template()).default({}).describe("More."),
  auth: z
    .union([
      z.strictObject({ bearer: secret().describe("A token.") }),
      z.strictObject({ basic: z.strictObject({ user: z.string().describe("Name.") }).describe("Both.") }),
    ])
    .optional()
    .describe("Who."),
  subscribe: z
    .array(
      z.union([
        z.strictObject({ asset: z.string().describe("Id."), topic: z.string().default("*").describe("Topic.") }),
        z.strictObject({ tag: z.string().describe("Tag."), topic: z.string().default("*").describe("Topic.") }),
      ]),
    )
    .describe("What."),
  ttl: planned("How long."),
});

describe("fieldRows", () => {
  test("gives each field its type, kind, default and description", () => {
    expect(row(schema, "url")).toMatchObject({ type: "text", kind: "template", isRequired: true });
    expect(row(schema, "every")).toMatchObject({
      type: "duration",
      kind: "literal",
      default: "30s",
      isRequired: false,
    });
    expect(row(schema, "token")).toMatchObject({ type: "text", facts: { isSecret: true } });
    expect(row(schema, "via")?.type).toBe("name of a connection (postgres)");
    expect(row(schema, "mode")).toMatchObject({ type: "`fast` or `safe`", default: "safe" });
    expect(row(schema, "port")?.type).toBe("whole number from 1 to 65535");
    expect(row(schema, "count")?.type).toBe("whole number, above 0");
    expect(row(schema, "headers")).toMatchObject({ type: "mapping to text", kind: "template", default: {} });
    expect(row(schema, "ttl")).toMatchObject({ type: "planned", description: "How long." });
  });

  test("descends into alternatives and lists, and tells a shared field once", () => {
    const paths = fieldRows(schema).map(({ path }) => path);
    expect(paths.filter((path) => path.startsWith("auth"))).toEqual([
      "auth",
      "auth.bearer",
      "auth.basic",
      "auth.basic.user",
    ]);
    expect(paths.filter((path) => path.startsWith("subscribe"))).toEqual([
      "subscribe",
      "subscribe[].asset",
      "subscribe[].topic",
      "subscribe[].tag",
    ]);
    expect(row(schema, "subscribe")?.type).toBe("list of mapping with `asset` or mapping with `tag`");
  });

  test("a schema that is one expression is one row", () => {
    const rows = fieldRows(expression().describe("The condition."));
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ path: "", kind: "expression", description: "The condition.", isRequired: true });
  });

  test("text or mapping: the mapping's fields are shown too", () => {
    const either = z.union([
      expression(),
      z.strictObject({ expression: expression().describe("JSONata."), onNothing: z.enum(["fail"]).describe("Else.") }),
    ]);
    expect(fieldRows(either.describe("Body.")).map(({ path }) => path)).toEqual(["", "expression", "onNothing"]);
  });
});

describe("fieldTable", () => {
  test("is one markdown row per field, bars escaped", () => {
    const table = fieldTable(fieldRows(z.strictObject({ a: z.string().describe("One | two.\nThree.") })), "x");
    expect(table.split("\n")).toEqual([
      "| Field | Type | Read as | Default | Description |",
      "|---|---|---|---|---|",
      "| `a` | text | literal | *required* | One \\| two. Three. |",
    ]);
  });

  test("says what is secret, planned or has a default, and names the schema itself by its key", () => {
    const table = fieldTable(fieldRows(schema), "demo");
    expect(table).toContain("| `token` | text | literal | | Who asks. *Secret: never shown.* |");
    expect(table).toContain("| `ttl` | planned | | | How long. *Planned: using it is an error (CONFIG_NOT_YET).* |");
    expect(table).toContain("| `mode` | `fast` or `safe` | literal | `safe` | How. |");
    expect(table).toContain("| `headers` | mapping to text | template | | More. |");
    expect(fieldTable(fieldRows(expression().describe("It.")), "filter")).toContain("| `filter` itself |");
  });
});
