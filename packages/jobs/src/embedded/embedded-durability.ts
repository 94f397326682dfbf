import type { Weakness } from "../weakness.ts";

export const embeddedWeakness: Weakness = {
  found: "The embedded store survives the death of its process, not a power cut: PGlite does not wait for the disk.",
  advice: "Give the engine a REDIS_URL or DATABASE_URL where that matters.",
};
