// Closes a CI run: what failed, what was skipped and why, and the line `N passed, N failed`.
// Usage: node scripts/ci-summary.mjs TESTS.json CHECK_STATUS TEST_STATUS
import { readFileSync } from "node:fs";

const [file = "", checkStatus = "1", testStatus = "1"] = process.argv.slice(2);
const isCheckGood = checkStatus === "0";

let passed = isCheckGood ? 1 : 0;
let failed = isCheckGood ? 0 : 1;
try {
  const report = JSON.parse(readFileSync(file, "utf8"));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  // A file that cannot be loaded counts no tests and must not look like success.
  failed += report.testResults.filter((each) => each.status === "failed" && each.assertionResults.length === 0).length;
  for (const { name, assertionResults } of report.testResults) {
    for (const each of assertionResults) {
      if (each.status === "pending" || each.status === "skipped") console.log(`skipped: ${each.fullName} (${name})`);
    }
  }
} catch (error) {
  console.log(`no test report: ${error.message}`);
  failed += 1;
}
// The runner can fail without a failing test: an unhandled rejection, a process that does not end.
if (testStatus !== "0" && failed === 0) failed += 1;

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 1 ? 0 : 1;
