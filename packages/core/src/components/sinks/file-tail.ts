import type { FileHandle } from "node:fs/promises";

const chunkBytes = 64 * 1024;

/**
 * Makes a file end with a whole line: what a crash or a full disk has torn off is cut away, for nobody was told that it is
 * written. A last line that is whole, and lacks only its line break, gets that. Answers the size of the file then.
 */
export async function mendTail(handle: FileHandle, size: number): Promise<number> {
  const start = await startOfLastLine(handle, size);
  if (start === size) return size;
  const { buffer } = await handle.read({ buffer: Buffer.alloc(size - start), position: start });
  if (isWhole(buffer.toString())) {
    await handle.write("\n");
    return size + 1;
  }
  await handle.truncate(start);
  return start;
}

/** Where the text behind the last line break begins. */
async function startOfLastLine(handle: FileHandle, size: number): Promise<number> {
  for (let end = size; end > 0; end -= chunkBytes) {
    const from = Math.max(0, end - chunkBytes);
    const { buffer } = await handle.read({ buffer: Buffer.alloc(end - from), position: from });
    const at = buffer.lastIndexOf("\n");
    if (at >= 0) return from + at + 1;
  }
  return 0;
}

/** A number may go on, where a text, list or object that ends is whole. */
function isWhole(text: string): boolean {
  if (!/["\]}]\s*$/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
