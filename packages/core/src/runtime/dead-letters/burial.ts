import { createHash } from "node:crypto";
import { createBulk } from "../../components/sources/bulk.ts";
import { type Persistence, persist } from "../persist.ts";
import { type DeadLetter, givesWay, merged, ownId } from "./letter.ts";
import { letterIn, type LetterRows, rowOf } from "./rows.ts";
import type { Tally } from "./tally.ts";

const lettersPerWrite = 100;

/**
 * Puts letters into the store, many in one call where many die at once; each call resolves when its own letter is durable.
 * A letter whose id is taken replaces older news of the same message, and gets another id where it tells of something else.
 */
export function createBurial(
  rows: LetterRows,
  tally: Tally,
  persistence: Persistence,
): (letter: DeadLetter) => Promise<void> {
  async function bury(letters: readonly DeadLetter[]): Promise<readonly true[]> {
    for (let from = 0; from < letters.length; from += lettersPerWrite) {
      const some = letters.slice(from, from + lettersPerWrite);
      let taken: readonly DeadLetter[] = [];
      await tally.change(async () => {
        const isNew = await persist("dead letters", () => rows.insert(some.map(rowOf)), persistence);
        taken = some.filter((_letter, index) => isNew[index] !== true);
        return some.length - taken.length;
      });
      for (const letter of taken) await tally.change(() => persist("a dead letter", () => place(letter), persistence));
    }
    return letters.map(() => true);
  }

  /** Sees to a letter whose id is taken; answers how many there are more. */
  async function place(letter: DeadLetter): Promise<number> {
    const found = await rows.get(letter.id);
    const known = found === undefined ? undefined : letterIn(found);
    if (known === undefined || givesWay(known, letter)) {
      await rows.put([rowOf(known === undefined ? letter : merged(known, letter))]);
      return known === undefined ? 1 : 0;
    }
    const next = { ...letter, id: nextId(letter) };
    const [isNew] = await rows.insert([rowOf(next)]);
    return isNew === true ? 1 : place(next);
  }

  const buryOne = createBulk(bury);
  return async (letter) => void (await buryOne(letter));
}

/** The id to try where the letter's own is taken: that of its first death, then one that says what it holds. */
function nextId(letter: DeadLetter): string {
  const own = ownId(letter);
  if (!letter.id.startsWith(own)) return own;
  const body = createHash("sha256").update(JSON.stringify(letter.original.body) ?? "");
  return `${letter.id}-${body.digest("hex").slice(0, 8)}`;
}
