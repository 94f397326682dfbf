import jsonata from "jsonata";
import { describe, expect, test } from "vitest";
import { compile } from "../index.ts";
import type { Case } from "./case.ts";
import { constructors } from "./constructors.ts";
import { dates } from "./dates.ts";
import { errorsOfFunctions } from "./errors-of-functions.ts";
import { errorsOfOperators } from "./errors-of-operators.ts";
import { errorsOfSyntax } from "./errors-of-syntax.ts";
import { found } from "./found.ts";
import { functionsOfLists } from "./functions-of-lists.ts";
import { functionsOfNumbers } from "./functions-of-numbers.ts";
import { functionsOfObjects } from "./functions-of-objects.ts";
import { functionsOfTexts } from "./functions-of-texts.ts";
import { grouping } from "./grouping.ts";
import { lambdas } from "./lambdas.ts";
import { odds } from "./odds.ts";
import { operators } from "./operators.ts";
import { paths } from "./paths.ts";
import { predicates } from "./predicates.ts";
import { regexes } from "./regexes.ts";
import { sorting } from "./sorting.ts";
import { transforms } from "./transforms.ts";
import { tuples } from "./tuples.ts";
import { variables } from "./variables.ts";

const themes: Readonly<Record<string, readonly Case[]>> = {
  paths,
  predicates,
  constructors,
  operators,
  variables,
  functionsOfTexts,
  functionsOfNumbers,
  functionsOfLists,
  functionsOfObjects,
  dates,
  lambdas,
  tuples,
  grouping,
  sorting,
  transforms,
  regexes,
  errorsOfOperators,
  errorsOfFunctions,
  errorsOfSyntax,
  odds,
  found,
};

/** What became of an expression, in the words of a case. */
type Said = { result: string | undefined } | { error: unknown };
type Run = (one: Case) => unknown;

/** Results as JSON text, so that the order of keys counts. */
const wanted = (one: Case): Said => ("error" in one ? { error: one.error } : { result: JSON.stringify(one.result) });

async function said(one: Case, run: Run): Promise<Said> {
  try {
    return { result: JSON.stringify(await run(one)) };
  } catch (cause) {
    const { code, position, token } = cause as Record<string, unknown>;
    return {
      error: { code, ...(position === undefined ? {} : { position }), ...(token === undefined ? {} : { token }) },
    };
  }
}

describe.each(Object.entries(themes))("%s", (_, cases) => {
  test.each(cases)("$name", async (one) => {
    // The reference writes to its data in places; ours must not.
    const before = JSON.stringify(one.data);
    const copy = structuredClone(one.data);
    expect(
      await said({ ...one, data: copy }, ({ expr, data, bindings }) => jsonata(expr).evaluate(data, bindings)),
    ).toEqual(wanted(one));
    expect(await said(one, ({ expr, data, bindings }) => compile(expr).evaluate(data, bindings))).toEqual(wanted(one));
    expect(JSON.stringify(one.data)).toBe(before);
  });
});

const compilable = Object.values(themes)
  .flat()
  .filter((one) => !("error" in one && one.error.code.startsWith("S0")));

test.each(compilable)("$expr runs as it should", async (one) => {
  const expression = compile(one.expr);
  expect(expression.how.kind).toBe(one.runs === "fallback" ? "fallback" : "compiled");
  if ("error" in one || one.runs !== undefined) return;
  await expression.evaluate(one.data, one.bindings);
  expect(expression.reruns).toBe(0);
});

test("there are hundreds of cases, and no two of a theme bear one name", () => {
  expect(Object.values(themes).flat().length).toBeGreaterThan(550);
  for (const cases of Object.values(themes)) expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
});
