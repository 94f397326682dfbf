import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compile, type Expression, type Limits } from "./index.ts";

// A part of the official test suite that may lie beside the checkout; without it these tests are skipped.
const suite = join(import.meta.dirname, "../../../../shared/jsonata/suite");
const isThere = existsSync(suite);

/** Expressions of the suite that may run on the reference: those with $eval. */
const mostFallbacks = 8;
/** Evaluations that may run again in the reference: those that are to end in an error. */
const mostReruns = 160;
/** Evaluations that may run again though they have a value: ours failed, and nobody noticed. */
const mostHealed = 0;

interface Case {
  expr: string;
  "expr-file"?: string;
  data?: unknown;
  dataset?: string | null;
  bindings?: Record<string, unknown>;
  result?: unknown;
  undefinedResult?: boolean;
  code?: string;
  error?: { code: string };
  token?: string;
  timelimit?: number;
  depth?: number;
  unordered?: boolean;
}

const read = (...path: string[]): string => readFileSync(join(suite, ...path), "utf8");

const groups = isThere ? readdirSync(join(suite, "groups")).filter((name) => !name.includes(".")) : ["absent"];

function casesOf(group: string): Case[] {
  const files = readdirSync(join(suite, "groups", group)).filter((name) => name.endsWith(".json"));
  return files.flatMap((file) => {
    const cases = [JSON.parse(read("groups", group, file)) as Case | Case[]].flat();
    return cases.map((one) => (one["expr-file"] ? { ...one, expr: read("groups", group, one["expr-file"]) } : one));
  });
}

function inputOf(one: Case): unknown {
  if ("data" in one) return structuredClone(one.data);
  return one.dataset ? (JSON.parse(read("datasets", `${one.dataset}.json`)) as unknown) : undefined;
}

// One case ranges over ten million items; time is not what is tested here, but where a case limits it, so do we.
const limitsOf = (one: Case): Partial<Limits> => ({
  timeMs: one.timelimit ?? 600_000,
  sequence: 2e7,
  outputBytes: 1e9,
  ...(one.depth === undefined ? {} : { depth: one.depth }),
});

const asCode = (code: string): string =>
  /^(U1001|D1011|D1012|LIMIT_TIME|LIMIT_DEPTH)$/.test(code) ? "time box" : code;
const asJson = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
const sorted = (value: unknown): unknown =>
  Array.isArray(value) ? value.map((item) => JSON.stringify(item)).toSorted() : value;

const counts = { cases: 0, reruns: 0, fallbacks: [] as string[], healed: [] as string[] };

function count(expression: Expression, hasValue: boolean): void {
  if (expression.how.kind === "fallback") counts.fallbacks.push(expression.text);
  counts.reruns += expression.reruns;
  if (hasValue && expression.reruns > 0) counts.healed.push(expression.text);
}

/** What became of a case, and what the suite wants, in one form. */
async function check(one: Case): Promise<{ got: unknown; wanted: unknown }> {
  counts.cases++;
  const order = one.unordered === true ? sorted : (value: unknown): unknown => value;
  const code = one.code ?? one.error?.code;
  const wanted = code === undefined ? { value: order(one.result) } : { code: asCode(code) };
  let expression: Expression | undefined;
  try {
    expression = compile(one.expr, { limits: limitsOf(one) });
    const value = await expression.evaluate(inputOf(one), one.bindings);
    count(expression, true);
    return { got: { value: order(asJson(value)) }, wanted };
  } catch (cause) {
    if (expression !== undefined) count(expression, false);
    return { got: { code: asCode((cause as { code: string }).code) }, wanted };
  }
}

describe.skipIf(!isThere)("the official suite (skipped where ../shared/jsonata is absent)", () => {
  test.each(groups)("%s", async (group) => {
    const cases = casesOf(group);
    expect(cases.length).toBeGreaterThan(0);
    const results = [];
    for (const one of cases) results.push({ expr: one.expr, ...(await check(one)) });
    expect(results.map(({ expr, got }) => [expr, got])).toEqual(results.map(({ expr, wanted }) => [expr, wanted]));
  });

  test("nearly all of it runs compiled", () => {
    const { cases, fallbacks, reruns, healed } = counts;
    process.stdout.write(
      `official suite: ${cases} cases, ${fallbacks.length} on fallback, ${reruns} run again, ${healed.length} of them with a value\n`,
    );
    expect(fallbacks.slice(mostFallbacks)).toEqual([]);
    expect(healed.slice(mostHealed)).toEqual([]);
    expect(reruns).toBeLessThanOrEqual(mostReruns);
  });
});
