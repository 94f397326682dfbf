// Everything that can be said about the code without running it: types, lint, format, generated files.
// One line per check; the output of a failing one follows it. Exit code 1 if any failed.
import { spawnSync } from "node:child_process";

const checks = [
  ["types", "tsc", ["-b"]],
  ["lint", "oxlint", ["--type-aware", "--deny-warnings", "--report-unused-disable-directives"]],
  ["format", "prettier", ["--check", "--log-level", "warn", "."]],
  ["generated files", process.execPath, ["packages/cli/dist/main.js", "docs", "--check"]],
  ["tests of the rules", process.execPath, ["scripts/rules.mjs", "--check"]],
  ["pipelines", process.execPath, ["packages/cli/dist/main.js", "validate"]],
];

let passed = 0;
for (const [name, command, args] of checks) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (status === 0) {
    passed += 1;
    console.log("ok  ", name);
  } else {
    console.log("FAIL", name);
    console.log(error?.message ?? "", stdout, stderr);
  }
}
console.log(`${passed} of ${checks.length} checks passed`);
process.exitCode = passed === checks.length ? 0 : 1;
