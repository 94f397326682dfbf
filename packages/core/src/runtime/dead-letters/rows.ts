import type { Collection, NewRow, Row, Store } from "../../ports/store.ts";
import type { DeadLetter } from "./letter.ts";

/** The collection of dead letters; a row's time is its letter's death. */
export type LetterRows = Collection<DeadLetter>;

export function letterRows(store: Store): LetterRows {
  return store.collection({ name: "dead-letters", indexes: ["pipeline", "sink", "code", "device"] });
}

export function rowOf(letter: DeadLetter): NewRow<DeadLetter> {
  const { id, pipeline, sink = "", code, diedAt, original } = letter;
  const fields = { pipeline, sink, code, device: original.meta.device ?? "" };
  return { key: id, at: Date.parse(diedAt), fields, value: letter };
}

/** The letter of a row; those of earlier versions know nothing of redrives. */
export function letterIn({ value }: Row<DeadLetter>): DeadLetter {
  return { ...value, redrives: value.redrives ?? [] };
}
