/** JSON of anything; what JSON cannot say (undefined, a function) becomes null, as it does inside arrays. */
export function toJson(value: unknown): string {
  const text: string | undefined = JSON.stringify(value);
  return text ?? "null";
}

/** Fields as JSON that Redis's own JSON reader takes: half a surrogate pair becomes U+FFFD, as in any text sent as UTF-8. */
export function fieldsToJson(fields: Readonly<Record<string, string>>): string {
  const text = JSON.stringify(fields);
  // Half a pair is the only thing that JSON writes as \\ud...: of all else this look is the whole cost.
  return text.includes("\\ud") ? JSON.stringify(fields, (_, value: unknown) => wellFormed(value)) : text;
}

function wellFormed(value: unknown): unknown {
  return typeof value === "string" ? Buffer.from(value).toString() : value;
}
