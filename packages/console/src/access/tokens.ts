import { createHash, timingSafeEqual } from "node:crypto";
import type { ConsoleRole, ConsoleToken } from "@signalbox/core";

/** Who a request is from, once that is proven. */
export interface Person {
  /** The name of their token. */
  readonly name: string;
  readonly role: ConsoleRole;
}

/** The hash under which a secret is known here: secrets are long and by chance, so that no salt is needed. */
export function hashOf(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

/** Finds whose token a text is; it takes as long for one as for another. */
export function createTokens(tokens: readonly ConsoleToken[]): (text: string) => Person | undefined {
  const known = tokens.map(({ name, role, hash }) => ({ person: { name, role }, hash: Buffer.from(hash, "hex") }));
  return (text) => {
    const given = hashOf(text);
    let found: Person | undefined;
    // All of them are looked at, whichever it is.
    for (const { person, hash } of known) if (timingSafeEqual(given, hash)) found = person;
    return found;
  };
}
