/** The first code unit of a surrogate pair, or of U+E000 to U+FFFF, which come before it by code points and after it by units. */
const firstOutOfOrder = 0xd800;

/** Orders text by its code points, as Redis and PostgreSQL (collation "C") do; `<` alone orders by UTF-16 units. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at += 1) {
    const [one, other] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (one === other) continue;
    if (one < firstOutOfOrder || other < firstOutOfOrder) return one - other;
    return Buffer.compare(Buffer.from(a), Buffer.from(b));
  }
  return a.length - b.length;
}
