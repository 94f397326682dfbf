/** What is not code in SQL: comments, quoted texts and names, dollar-quoted texts. */
const notCode = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$/g;

/** The highest n of the $n that a statement asks for; 0 for none. */
export function countParams(statement: string): number {
  const numbers = [...statement.replace(notCode, " ").matchAll(/\$(\d+)/g)].map(([, digits]) => Number(digits));
  return Math.max(0, ...numbers);
}
