/** Orders text by its code points, as Redis and PostgreSQL (collation "C") do; `<` alone orders by UTF-16 units. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
