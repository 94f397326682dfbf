import { z } from "zod";

/** What a status means for its messages. refused: tried again, but not before someone has mended our credentials. */
export type ResponseClass = "delivered" | "retryable" | "refused" | "rejected";

const status = z.union([
  z
    .int()
    .min(200, "is not the status of a final answer: 200 to 599")
    .max(599, "is not the status of a final answer: 200 to 599"),
  z.string().regex(/^[2-5]xx$/, "is not a status: write 404, or 4xx for all of them"),
]);

const statuses = z.array(status).min(1, "names no status").optional();

/** An author's own table. A status named alone goes before its hundred, and both before what holds otherwise. */
export const responses = z
  .strictObject({
    deliver: statuses.describe("Statuses that mean: the message is there, as 2xx do."),
    retry: statuses.describe("Statuses that mean: not now, as 408, 425, 429 and 5xx do."),
    reject: statuses.describe("Statuses that mean: never, as 3xx and other 4xx do."),
  })
  .superRefine((table, check) => {
    const seen = new Map<string, string>();
    for (const [key, named] of Object.entries(table)) {
      for (const [index, each] of (named ?? []).entries()) {
        const other = seen.get(String(each));
        seen.set(String(each), key);
        if (other === undefined) continue;
        const message = other === key ? `${each} stands here twice` : `${each} stands under \`${other}\` already`;
        check.addIssue({ code: "custom", message, path: [key, index] });
      }
    }
  });

export type Responses = z.output<typeof responses>;

/** The class of a status (delivery.md, rule 8). */
export function classify(status: number, table: Responses): ResponseClass {
  const hundred = `${Math.floor(status / 100)}xx`;
  return ownClass(status, table) ?? ownClass(hundred, table) ?? commonClass(status);
}

function ownClass(named: number | string, table: Responses): ResponseClass | undefined {
  if (table.deliver?.includes(named) === true) return "delivered";
  if (table.retry?.includes(named) === true) return "retryable";
  return table.reject?.includes(named) === true ? "rejected" : undefined;
}

function commonClass(status: number): ResponseClass {
  if (status >= 200 && status < 300) return "delivered";
  if (status === 401 || status === 403 || status === 407) return "refused";
  if (status === 408 || status === 425 || status === 429 || status >= 500) return "retryable";
  return "rejected";
}
