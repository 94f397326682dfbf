import { randomUUID } from "node:crypto";

// As text of its own: what randomUUID answers is put together of pieces, and takes half a kilobyte for as long as it lives.
const run = Buffer.from(randomUUID()).toString("latin1");
let count = 0;

/** Unlike any other of this process, and of every other process. */
export function uniqueInRun(): string {
  count += 1;
  return `${run}-${count.toString(36)}`;
}
