/** How a text begins. Where that is not all of it a `…` says so: redaction then looks for a secret that was cut in two. */
export function excerpt(text: string, characters: number): string {
  return text.length <= characters ? text : `${text.slice(0, characters)}…`;
}
