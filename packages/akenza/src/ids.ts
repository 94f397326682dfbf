import { excerpt } from "@signalbox/core";
import { z } from "zod";

/** An akenza id: 16 lower-case hex characters. */
export function isAkenzaId(text: unknown): text is string {
  return typeof text === "string" && /^[0-9a-f]{16}$/.test(text);
}

/** Why a text is no akenza id, and what it may have been meant to be. */
export function whyNoId(text: string): string {
  const lower = text.trim().toLowerCase();
  if (isAkenzaId(lower)) return `"${text}" is no akenza id: ids are in lower case without spaces: "${lower}"`;
  return `"${excerpt(text, 60)}" is no akenza id: an id is 16 lower-case hex characters`;
}

/** The ids of a text: one, or several with commas or spaces between, as a ${VAR} holds them. */
export function splitIds(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((each) => each !== "");
}

type Check = z.core.$RefinementCtx;

/** The ids of a text that holds at least one; what is none is reported at `path`. */
function readIds(text: string, check: Check, path: number[] = []): readonly string[] {
  const ids = splitIds(text);
  const bad = ids.find((id) => !isAkenzaId(id));
  if (bad !== undefined) report(whyNoId(bad), check, path);
  if (ids.length === 0) report("no id is given here", check, path);
  return ids;
}

function report(message: string, check: Check, path: number[] = []): void {
  check.addIssue({ code: "custom", message, path, params: { code: "AKENZA_ID_INVALID" } });
}

/** One id, a list of ids, or ids with commas or spaces between them; a list without repeats in the configuration. */
export function idList(): z.ZodType<readonly string[], string | string[]> {
  const text = z.string().transform((each, check) => unique(readIds(each, check)));
  return z.union([text, idArray()]);
}

/** A list of ids; an item may hold several, as a ${VAR} does. Without repeats in the configuration. */
export function idArray(): z.ZodType<readonly string[], string[]> {
  return z.array(z.string()).transform((list, check) => {
    if (list.length === 0) report("no id is given here", check);
    return unique(list.flatMap((each, index) => readIds(each, check, [index])));
  });
}

function unique(ids: readonly string[]): readonly string[] {
  return [...new Set(ids)];
}

/** One akenza id. */
export function akenzaId(): z.ZodType<string, string> {
  return z.string().superRefine((text, check) => {
    if (!isAkenzaId(text)) report(whyNoId(text), check);
  });
}
