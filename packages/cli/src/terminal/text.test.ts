import { describe, expect, test } from "vitest";
import { shortCount, shortRate, shortSpan } from "./numbers.ts";
import { columns, displayWidth, fit, padded, printable, rightAligned } from "./text.ts";

describe("text on a terminal", () => {
  test("wide characters and emoji take two columns, marks none", () => {
    expect(displayWidth("abc")).toBe(3);
    expect(displayWidth("日本")).toBe(4);
    expect(displayWidth("e\u0301")).toBe(1);
    expect(displayWidth("👩‍👩‍👧")).toBe(2);
  });

  test("is cut within its width, never in the middle of a character", () => {
    expect(fit("abcdef", 6)).toBe("abcdef");
    expect(fit("abcdef", 4)).toBe("abc…");
    expect(fit("日本語", 4)).toBe("日…");
    expect(fit("abc", 0)).toBe("");
    expect(displayWidth(padded("日本語", 4))).toBe(4);
    expect(rightAligned("7", 3)).toBe("  7");
  });

  test("has no line ends, escapes or direction marks left", () => {
    expect(printable("a\r\n  b\tc")).toBe("a b c");
    expect(printable("\u001B]0;title\u0007\u202Eevil")).toBe("\uFFFD]0;title\uFFFD\uFFFDevil");
  });

  test("columns are as wide as their widest cell", () => {
    expect(columns([["a", "b"], ["long", "c", "d"], ["x"]])).toEqual(["a     b", "long  c  d", "x"]);
  });
});

describe("numbers in little room", () => {
  test.each([
    [0, "0"],
    [99_999, "99999"],
    [100_000, "100k"],
    [999_499, "999k"],
    [999_500, "1.0M"],
    [9_949_999, "9.9M"],
    [12_345_678, "12M"],
    [2.5e12, "2.5T"],
  ])("count %d is %s", (count, text) => {
    expect(shortCount(count)).toBe(text);
  });

  test.each([
    [0, ""],
    [0.04, ""],
    [3.21, "3.2/s"],
    [9.96, "10/s"],
    [999.4, "999/s"],
    [12_345, "12k/s"],
    [2e6, "2M/s"],
  ])("rate %d is %s", (rate, text) => {
    expect(shortRate(rate)).toBe(text);
  });

  test.each([
    [-5, "0s"],
    [999, "0s"],
    [45_000, "45s"],
    [3_600_000, "1h"],
    [11_525_000, "3h12m"],
    [90_061_000, "1d1h"],
  ])("%d ms is %s", (milliseconds, text) => {
    expect(shortSpan(milliseconds)).toBe(text);
  });
});
