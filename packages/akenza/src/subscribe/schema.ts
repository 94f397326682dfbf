import { connectionName, duration } from "@signalbox/core";
import { z } from "zod";
import { akenzaId, idList } from "../ids.ts";

const forms = ["asset", "tag", "file", "sql", "query"] as const;

/** How often a list is read again unless `every` says so, in milliseconds. */
export const defaultEveryMs = { file: 10_000, sql: 60_000, query: 300_000 };

const sqlSchema = z.strictObject({
  connection: connectionName("postgres").describe("Name of the connection to ask."),
  query: z.string().min(1).describe("A SELECT; the ids are in its column `column`, or in its first one."),
});

/** The fields of a query on akenza's inventory. */
export const queryFields = {
  tag: akenzaId().optional().describe("Devices that have this tag, by its id."),
  type: z.string().min(1).optional().describe("Devices of this type: its id or its exact name."),
  workspace: akenzaId()
    .optional()
    .describe("Devices of this workspace. Default: the tag's, else all that the key may read."),
};

/** Why a query finds nothing in particular; undefined when it is one. */
export function whyNoQuery(query: { tag?: unknown; type?: unknown; workspace?: unknown }): string | undefined {
  if ([query.tag, query.type, query.workspace].some((each) => each !== undefined)) return undefined;
  return "a query names a tag, a type or a workspace, or several of them";
}

const querySchema = z.strictObject(queryFields).superRefine((query, check) => {
  const problem = whyNoQuery(query);
  if (problem !== undefined) report(check, problem);
});

/** One item of `subscribe`: exactly one of the five forms. */
export const subscribeItemSchema = z
  .strictObject({
    asset: idList()
      .optional()
      .describe(
        "Devices by their akenza id: one, a list, or text with commas or spaces between ids, as from a `${VAR}`.",
      ),
    tag: akenzaId().optional().describe("All devices of a tag, by its id, present and future."),
    file: z
      .string()
      .min(1)
      .optional()
      .describe("A file of ids: CSV with a head line, a JSON list, or NDJSON (by its ending)."),
    sql: sqlSchema.optional().describe("A query on a database whose rows are the ids."),
    query: querySchema.optional().describe("A query on akenza's own inventory, over REST."),
    topic: z.string().min(1).default("*").describe("The topic to get, `*` for all."),
    column: z
      .string()
      .min(1)
      .optional()
      .describe(
        "The column (CSV, SQL) or field (JSON objects) that holds the id. Default: `id`; for SQL the first column.",
      ),
    every: duration()
      .optional()
      .describe("How often a file (default 10s), SQL query (1m) or REST query (5m) is read again."),
  })
  .superRefine((item, check) => {
    const given = forms.filter((form) => item[form] !== undefined);
    if (given.length !== 1) {
      const found = given.length === 0 ? "none is given" : `${given.join(" and ")} are given`;
      return report(check, `an item names exactly one of ${forms.join(", ")}; ${found}`);
    }
    const [form] = given;
    const isRead = form === "file" || form === "sql" || form === "query";
    if (item.every !== undefined && !isRead)
      report(check, `"every" belongs to file, sql and query: nothing is read again for ${form}`, "every");
    if (item.every !== undefined && item.every < 1000)
      report(check, "a list is read again at most once a second", "every");
    if (item.column !== undefined && form !== "file" && form !== "sql")
      report(check, `"column" belongs to file and sql, not to ${form}`, "column");
  });

export type SubscribeItem = z.output<typeof subscribeItemSchema>;

function report(check: z.core.$RefinementCtx, message: string, field?: string): void {
  check.addIssue({
    code: "custom",
    message,
    params: { code: "AKENZA_SUBSCRIBE_INVALID" },
    ...(field === undefined ? {} : { path: [field] }),
  });
}
