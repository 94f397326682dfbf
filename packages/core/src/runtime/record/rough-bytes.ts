/** Parts of a value that are looked at; what is beyond them is taken to be as large as they are. */
const mostParts = 500;

/** About how much memory a JSON value holds, without walking through all of a large one. */
export function roughBytes(value: unknown): number {
  let bytes = 0;
  let seen = 0;
  const open: unknown[] = [value];
  while (open.length > 0 && seen < mostParts) {
    const part = open.pop();
    seen += 1;
    bytes += 16;
    if (typeof part === "string") bytes += part.length;
    else if (typeof part === "object" && part !== null) for (const each of Object.values(part)) open.push(each);
  }
  return Math.round((bytes / Math.max(1, seen)) * (seen + open.length));
}
