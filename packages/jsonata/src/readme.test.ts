import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { generated } from "./generated.ts";
import { compile, library } from "./index.ts";

const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
const text = /compile\('([^']+)'/.exec(readme)?.[1] ?? "";
const shown = /```js\n([\s\S]*?)\n```/.exec(readme)?.[1];

test("the generated code in the README is what its example becomes", () => {
  expect(text).toContain("deviceId");
  // The formatter breaks long lines in the README.
  const dense = (code: string): string => code.replaceAll(/\s+/g, "").replaceAll(",)", ")");
  expect(dense(shown ?? "")).toBe(dense(generated(text)));
});

test("the example of the README gives what it says", async () => {
  const expression = compile(text, { functions: library });
  expect(expression.how).toEqual({ kind: "compiled" });
  expect(expression.reads).toEqual(["data", "deviceId"]);
  expect(expression.variables).toEqual(["vars"]);
  const input = { deviceId: "0242ac1300020001", data: { co2: 1200 } };
  expect(await expression.evaluate(input, { vars: { limit: 1000 } })).toEqual({ device: input.deviceId, co2: 1200 });
});

test("an expression that is not compiled says why", () => {
  expect(generated("$eval(a)")).toBe("runs on the reference: $eval");
});
