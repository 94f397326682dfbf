import { z } from "zod";
import * as answers from "../answers.ts";
import { asks, cursor, limit, order, type Route, time } from "../route.ts";

const listQuery = z.strictObject({
  action: z.string().optional().describe("Of this kind alone, as `schedule.pause`."),
  by: z.string().optional().describe("What this one did."),
  outcome: z.enum(["done", "refused", "failed"]).optional(),
  since: time.optional(),
  until: time.optional(),
  order,
  after: cursor.optional(),
  limit,
});

/** The audit. */
export const changeRoutes: readonly Route[] = [
  asks({
    path: "/v1/changes",
    summary: "What was done: reloads, logins and every action by hand, with who and when.",
    query: listQuery,
    answer: answers.changeList,
    handle: ({ changes }, { query: { order, ...query } }) =>
      changes.list({ ...query, oldestFirst: order === "oldest" }),
  }),
];
