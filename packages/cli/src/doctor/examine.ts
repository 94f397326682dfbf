import { type CheckResult, failedCheck, sleep } from "@signalbox/core";
import type { Check, Diagnosis, Surroundings } from "./check.ts";

const patienceMs = 10_000;

/** Runs all checks side by side, and tells their results in the order of the checks. One that hangs or throws is an error. */
export async function examine(checks: readonly Check[], around: Surroundings): Promise<readonly Diagnosis[]> {
  const found = await Promise.all(
    checks.map(async (check) => {
      const results = await resultsOf(check, around);
      return results.map((result) => ({ group: check.group, ...result }));
    }),
  );
  return found.flat();
}

async function resultsOf(check: Check, around: Surroundings): Promise<readonly CheckResult[]> {
  const { subject, timeoutMs = patienceMs } = check;
  const giveUp = new AbortController();
  const isOver = new AbortController();
  try {
    const looking = check.run(around, giveUp.signal);
    const late = sleep(around.clock, timeoutMs, isOver.signal).then(() => undefined);
    return (await Promise.race([looking, late])) ?? [lateCheck(subject, timeoutMs)];
  } catch (error) {
    return [failedCheck(subject, error, "CLI_CHECK_FAILED")];
  } finally {
    isOver.abort();
    giveUp.abort();
  }
}

function lateCheck(subject: string, timeoutMs: number): CheckResult {
  return {
    subject,
    status: "error",
    found: `no answer within ${timeoutMs / 1_000} s`,
    advice: "See whether what it looks at hangs, or whether a firewall swallows the connection.",
  };
}
