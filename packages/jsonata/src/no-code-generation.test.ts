import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";

// From what is built: the flag holds for a whole process.
const built = pathToFileURL(join(import.meta.dirname, "../dist/index.js")).href;

test("a process that forbids code generation evaluates on the reference", () => {
  const program = `
    import { compile } from ${JSON.stringify(built)};
    const expression = compile("a + 1");
    console.log(JSON.stringify([await expression.evaluate({ a: 1 }), expression.how]));`;
  const flags = ["--disallow-code-generation-from-strings", "--input-type=module", "--eval", program];
  const [result, how] = JSON.parse(execFileSync(process.execPath, flags, { encoding: "utf8" })) as unknown[];
  expect(result).toBe(2);
  expect(how).toEqual({ kind: "fallback", because: "code generation is switched off in this process" });
});
