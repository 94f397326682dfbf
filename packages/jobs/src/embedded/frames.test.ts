import { expect, test } from "vitest";
import { concat, createBatchReader, mentionsListen, queryMessage, splitAnswer, startupParameters } from "./frames.ts";

const startup = frame(
  "",
  Buffer.concat([Buffer.from([0, 3, 0, 0]), Buffer.from("user\0me\0options\0-c search_path=a\0\0")]),
);
const parse = frame("P", Buffer.from("\0SELECT 1\0\0\0"));
const sync = frame("S", Buffer.alloc(0));

test("batches end where the server has something to answer, however the bytes come", () => {
  const query = queryMessage("SELECT 'é'");
  const all = concat([startup, parse, sync, query, parse]);
  const expected = [startup, concat([parse, sync]), query].map((each) => Buffer.from(each));
  for (const size of [1, 2, 3, 7, all.length]) {
    const reader = createBatchReader();
    const batches: Buffer[] = [];
    for (let at = 0; at < all.length; at += size) {
      batches.push(...reader.push(all.subarray(at, at + size)).map((batch) => Buffer.from(batch)));
    }
    expect(batches).toEqual(expected);
  }
});

test("the startup message tells what the connection asks for", () => {
  expect(Object.fromEntries(startupParameters(startup))).toEqual({ user: "me", options: "-c search_path=a" });
});

test("an answer is taken apart: notifications, the rest, and whether a transaction is open", () => {
  const [row, note] = [frame("D", Buffer.from("row")), frame("A", Buffer.from("note"))];
  const idle = frame("Z", Buffer.from("I"));
  const open = frame("Z", Buffer.from("T"));
  const failed = frame("Z", Buffer.from("E"));
  expect(splitAnswer(concat([row, note, row, note, idle]))).toEqual({
    own: concat([row, row, idle]),
    notifications: [note, note],
    isInTransaction: false,
  });
  expect(splitAnswer(concat([row, open])).isInTransaction).toBe(true);
  expect(splitAnswer(failed).isInTransaction).toBe(true);
  expect(splitAnswer(row).isInTransaction).toBeUndefined();
});

test("LISTEN is found behind a comment", () => {
  expect(mentionsListen(queryMessage("-- wake me\nlisten jobs"))).toBe(true);
  expect(mentionsListen(queryMessage("SELECT 1"))).toBe(false);
});

function frame(type: string, body: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return concat([Buffer.from(type), length, body]);
}
