import type { Write } from "./write.ts";

/** A batch in parts of at most `maxBytes` each, as JSON; a message that is larger by itself is a part of its own. */
export function cutByBytes(batch: readonly Write[], maxBytes: number): readonly (readonly Write[])[] {
  const parts: Write[][] = [];
  let part: Write[] = [];
  let bytes = 0;
  for (const write of batch) {
    const size = Buffer.byteLength(JSON.stringify(write.message.body) ?? "");
    if (part.length > 0 && bytes + size > maxBytes) {
      parts.push(part);
      part = [];
      bytes = 0;
    }
    part.push(write);
    bytes += size;
  }
  if (part.length > 0) parts.push(part);
  return parts;
}
