import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Finding } from "@signalbox/core";
import pc from "picocolors";
import { expect, test } from "vitest";
import { caretFrame, describeFindings, findingLines } from "./print.ts";

const plain = pc.createColors(false);
const finding: Finding = {
  severity: "error",
  code: "CONFIG_FIELD_UNKNOWN",
  message: 'source "akenza" has no field "subscibe"',
  suggestion: 'did you mean "subscribe"?',
  at: { file: "a.yaml", line: 3, column: 5 },
};

test("a finding is one line that editors make a link of", () => {
  expect(findingLines(finding, plain)).toEqual([
    'a.yaml:3:5  CONFIG_FIELD_UNKNOWN  source "akenza" has no field "subscibe"  (did you mean "subscribe"?)',
  ]);
});

test("further places follow it", () => {
  const related = [{ file: "b.yaml", line: 1, column: 7 }];
  expect(findingLines({ ...finding, related }, plain)[1]).toBe("    see also b.yaml:1:7");
});

test("the caret stands below the column, whatever is on its left", () => {
  const at = { file: "a.yaml", line: 2, column: 6 };
  expect(caretFrame("name: x\nab: [}", at, plain)).toEqual(["  1 | name: x", "  2 | ab: [}", "    |      ^"]);
  // A tab shows as two blanks, a wide character takes two columns, a CRLF is one line end.
  expect(caretFrame("\r\n\t: 日x}", at, plain)).toEqual(["  2 |   : 日x}", "    |        ^"]);
  expect(caretFrame("one line", at, plain)).toEqual([]);
});

test("what a file holds is not obeyed by the terminal", () => {
  const frame = caretFrame("a: \u001B[31mred", { file: "a", line: 1, column: 4 }, plain);
  expect(frame[0]).toBe("  1 | a: \uFFFD[31mred");
  expect(findingLines({ ...finding, message: "x\u001B[2J\ny" }, plain)[0]).toContain("x\uFFFD[2J y");
});

test("frames come from the project's files and are left out where there is none", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sb-findings-"));
  await writeFile(join(folder, "a.yaml"), "name: a\nsource:\n    subscibe: []\n");
  const lost: Finding = { ...finding, at: { file: "gone.yaml", line: 1, column: 1 } };
  const options = { projectDir: folder, colors: plain, hasFrames: true };
  const text = await describeFindings([finding, lost], options);
  await rm(folder, { recursive: true });
  expect(text.split("\n").slice(1, 5)).toEqual(["  2 | source:", "  3 |     subscibe: []", "    |     ^", ""]);
  expect(text.split("\n")[5]).toMatch(/^gone\.yaml:1:1 {2}/);
});
