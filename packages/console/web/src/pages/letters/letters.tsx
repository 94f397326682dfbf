import type { JSX } from "preact";
import { LetterPage } from "./letter.tsx";
import { LetterList } from "./letter-list.tsx";

/** Dead letters: the list, or one of them. */
export function LettersPage({ name }: { name: string }): JSX.Element {
  return name === "" ? <LetterList /> : <LetterPage id={name} />;
}
