import { expect, test } from "vitest";
import { fromSqlText, toSqlText } from "./text.ts";

test("any text survives, and none keeps a NUL", () => {
  for (const text of ["", "plain", "\0", "\uE000", "\uE0000", "a\0\uE0001\uE000\0", "😀\0"]) {
    expect(toSqlText(text)).not.toContain("\0");
    expect(fromSqlText(toSqlText(text))).toBe(text);
  }
});
