// What answers are made of.
import { z } from "zod";

export const form = z.looseObject;
export const named = <Schema extends z.ZodType>(id: string, schema: Schema): Schema => schema.meta({ id });

export const text = z.string();
export const at = z.string().describe("ISO 8601.");
export const ms = z.number().describe("Milliseconds since the epoch.");
export const count = z.int().min(0);
export const place = named("Place", form({ file: text, line: z.int(), column: z.int() }));
export const anything = z.unknown();
export const problem = named("Problem", form({ code: text, message: text, hint: text.optional() }));
export const message = named(
  "Message",
  form({ id: text, meta: form({ pipeline: text, source: text }), body: anything.optional() }),
);
export const messages = z.array(message);

export const refusal = named("Refusal", form({ code: text, message: text }));
