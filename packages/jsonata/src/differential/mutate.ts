import type { Random } from "./random.ts";

type Container = Record<string, unknown>;
interface Slot {
  holder: Container;
  key: string;
}

const leaves: readonly unknown[] = [null, 0, 1, -1, 2.5, 1e3, "", "a", "1", "b", true, false];

/** A copy of JSON data with one to three places changed: removed, of another type, wrapped into a list, emptied. */
export function mutate(data: unknown, random: Random): unknown {
  if (typeof data !== "object" || data === null) return randomJson(random, 3);
  const copy = structuredClone(data);
  for (let left = 1 + random.int(3); left > 0; left--) {
    const slots = slotsOf(copy as Container);
    if (slots.length === 0) break;
    change(random.pick(slots), random);
  }
  return copy;
}

function slotsOf(holder: Container): Slot[] {
  return Object.keys(holder).flatMap((key) => {
    const value = holder[key];
    const inner = typeof value === "object" && value !== null ? slotsOf(value as Container) : [];
    return [{ holder, key }, ...inner];
  });
}

function change({ holder, key }: Slot, random: Random): void {
  const old = holder[key];
  switch (random.int(6)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
      break;
    case 1:
      holder[key] = [old];
      break;
    case 2:
      holder[key] = Array.isArray(old) ? (old[0] ?? {}) : [old, old];
      break;
    case 3:
      holder[key] = random.pick([[], {}, null]);
      break;
    case 4:
      holder[key] = randomJson(random, 2);
      break;
    default:
      holder[key] = random.pick(leaves);
  }
}

const keys = ["a", "b", "c", "id", "value", "data", "list", "name"];

/** Any JSON value, at most `depth` levels deep. */
export function randomJson(random: Random, depth: number): unknown {
  if (depth === 0 || random.chance(0.4)) return random.pick(leaves);
  const size = random.int(4);
  if (random.chance(0.5)) return Array.from({ length: size }, () => randomJson(random, depth - 1));
  return Object.fromEntries(Array.from({ length: size }, () => [random.pick(keys), randomJson(random, depth - 1)]));
}
