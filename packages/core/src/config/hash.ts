import { createHash, scryptSync } from "node:crypto";
import type { Scope } from "./scope.ts";

/**
 * A hash over what was written, blind to formatting, comments and the order of keys: 16 bytes in hex. Secrets go in
 * through a slow function, so that nobody finds a short one by trying.
 */
export function pipelineHash(input: unknown, { canonical, secrets }: Pick<Scope, "canonical" | "secrets">): string {
  const text = JSON.stringify(canonicalise(input, canonical));
  return createHash("sha256").update(blind(text, secrets)).digest("hex").slice(0, 32);
}

function canonicalise(value: unknown, known: Scope["canonical"]): unknown {
  if (typeof value === "bigint" || value === undefined) return String(value);
  if (typeof value !== "object" || value === null) return value;
  const stands = known.get(value);
  if (stands !== undefined) return stands;
  if (Array.isArray(value)) return value.map((each) => canonicalise(each, known));
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return { map: entries.map(([key, inner]) => [key, canonicalise(inner, known)]) };
}

function blind(text: string, secrets: ReadonlySet<string>): string {
  let blinded = text;
  for (const secret of [...secrets].sort((a, b) => b.length - a.length || (a < b ? -1 : 1))) {
    const written = JSON.stringify(secret).slice(1, -1);
    if (written !== "" && blinded.includes(written)) blinded = blinded.replaceAll(written, digestOf(secret));
  }
  return blinded;
}

const digests = new Map<string, string>();

function digestOf(secret: string): string {
  const known = digests.get(secret);
  if (known !== undefined) return known;
  const digest = scryptSync(secret, "signalbox pipeline hash", 16).toString("hex");
  if (digests.size > 1000) digests.clear();
  digests.set(secret, digest);
  return digest;
}
