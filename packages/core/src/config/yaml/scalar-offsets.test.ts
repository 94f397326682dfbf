import * as fc from "fast-check";
import { isMap, isScalar, parseDocument, type Scalar, stringify } from "yaml";
import { describe, expect, test } from "vitest";
import { scalarOffsets } from "./scalar-offsets.ts";

/** The scalar under the key `v` of a file, with the map of its characters. */
function read(file: string): { value: string; text: string; offsets: readonly number[] } | undefined {
  const document = parseDocument(file, { keepSourceTokens: true, schema: "core", logLevel: "silent" });
  if (document.errors.length > 0 || !isMap<Scalar, Scalar>(document.contents)) return undefined;
  const node = document.contents.items.find((pair) => pair.key.value === "v")?.value;
  if (!isScalar(node) || typeof node.value !== "string") return undefined;
  const trace = scalarOffsets(node.srcToken);
  return { value: node.value, text: trace.text(), offsets: trace.offsets };
}

/** The characters that do not stand where the map says. An escape, a doubled quote and a line break may stand for one. */
function misplaced(file: string): readonly unknown[] {
  const scalar = read(file);
  if (scalar === undefined) return [];
  const { value, text, offsets } = scalar;
  if (text !== value || offsets.length !== value.length) return [{ file, value, text }];
  return [...offsets.entries()].filter(([index, offset]) => {
    const unit = value.charAt(index);
    const there = file.charAt(offset);
    const isBreak = there === "\n" || there === "\r" || offset === file.length;
    const fits = there === unit || there === "\\" || ((unit === " " || unit === "\n") && isBreak);
    return !fits || offset < (offsets[index - 1] ?? 0);
  });
}

const alphabet = [
  "a",
  "b",
  "$",
  ".",
  ":",
  "#",
  "'",
  '"',
  "\\",
  " ",
  "  ",
  "\t",
  "\n",
  "\n\n",
  "{",
  "}",
  "😀",
  "é",
  "𝕏",
  "-",
  "|",
  ">",
  "&",
  "*",
];
const values = fc.array(fc.constantFrom(...alphabet), { maxLength: 25 }).map((parts) => parts.join(""));
const styles = ["PLAIN", "QUOTE_SINGLE", "QUOTE_DOUBLE", "BLOCK_LITERAL", "BLOCK_FOLDED"] as const;

// Generous: it is work without waiting, and other tests run beside it.
describe("every character of a scalar maps to the place in the file that holds it", { timeout: 120_000 }, () => {
  for (const style of styles) {
    test(`random values written as ${style}`, () => {
      const options = {
        defaultStringType: style,
        lineWidth: 20,
        minContentWidth: 5,
        blockQuote: style.startsWith("BLOCK"),
      };
      let seen = 0;
      fc.assert(
        fc.property(values, fc.boolean(), fc.boolean(), fc.boolean(), (value, isCrlf, hasMark, isTwice) => {
          const body = { k: 1, ...(isTwice ? { w: value } : {}), v: value, z: { v: value } };
          let file = stringify(body, options);
          if (isCrlf) file = file.replaceAll("\n", "\r\n");
          if (hasMark) file = `\ufeff${file}`;
          if (read(file) !== undefined) seen += 1;
          expect(misplaced(file)).toEqual([]);
        }),
        { numRuns: 2000 },
      );
      expect(seen).toBeGreaterThan(1500);
    });
  }

  test("random source texts behind every kind of header", () => {
    const headers = ["", "'", '"', "|\n", ">\n", "|-\n", ">+\n", "|2\n", ">1-\n", "| # note\n", "&x >\n", "!!str |+\n"];
    const lines = fc.array(
      fc.tuple(
        fc.constantFrom("", " ", "  ", "   ", "    ", " \t"),
        values.map((value) => value.replaceAll("\n", "")),
      ),
      { maxLength: 8 },
    );
    let seen = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...headers),
        lines,
        fc.constantFrom("\n", "\r\n"),
        fc.boolean(),
        (header, body, end, isLast) => {
          const inner = body.map(([indent, text]) => indent + text).join("\n");
          const close = header === "'" || header === '"' ? header : "";
          const file = `k: 1\nv: ${header}${inner}${close}${isLast ? "" : "\nz: 2\n"}`.replaceAll("\n", end);
          if (read(file) !== undefined) seen += 1;
          expect(misplaced(file)).toEqual([]);
        },
      ),
      { numRuns: 10_000 },
    );
    expect(seen).toBeGreaterThan(2000);
  });
});
