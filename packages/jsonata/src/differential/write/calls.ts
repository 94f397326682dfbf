// Writes calls of built-in functions.
import { aggregates, ready, rows, type Given, type Row } from "./built-ins.ts";
import { isoTexts } from "./literals.ts";
import { source } from "./paths.ts";
import { applied, lambda } from "./programs.ts";
import { choose, head, kinds, make, type Kind, type Scope } from "./scope.ts";

/** A call of a built-in function that gives a value of this kind. */
export const call = (scope: Scope, kind: Kind): string => callOf(scope, rows[kind] ?? rows.text ?? []);
export const aggregate = (scope: Scope): string => callOf(scope, aggregates);

function callOf(scope: Scope, table: readonly Row[]): string {
  const { random } = scope;
  const row = random.weighted(table.map((row) => [row.weight ?? 1, row] as const));
  const wanted = row.takes.filter((given) => !given.endsWith("?") || random.chance(0.4));
  const texts = argumentsOf(scope, wanted);
  if (random.chance(scope.trouble)) {
    if (random.chance(0.5)) texts.pop();
    else texts.push(make(scope, random.pick(kinds)));
  }
  return written(scope, row.name, texts);
}

function argumentsOf(scope: Scope, wanted: readonly string[]): string[] {
  let here: unknown = null;
  return wanted.map((given, index) => {
    const kind = given.replace("?", "") as Given;
    if (index > 0 || !(kinds as readonly string[]).includes(kind)) return argument(scope, kind, here);
    const first = source(scope, kind as Kind);
    here = first.sample;
    return first.text;
  });
}

/** The call itself, plain, as a chain, or on the context of a step. */
function written(scope: Scope, name: string, texts: string[]): string {
  const [first, ...rest] = texts;
  const plain = `$${name}(${texts.join(", ")})`;
  if (first === undefined || first === "") return plain;
  // A partial $formatNumber is never run: it may not end in the reference.
  const partly = name === "formatNumber" ? 0 : 0.2;
  return choose(scope, [
    [8, () => plain],
    [1, () => `${first} ~> $${name}${rest.length === 0 && scope.random.chance(0.5) ? "" : `(${rest.join(", ")})`}`],
    [
      rest.length < 2 ? 0.8 : 0.1,
      () => `${/^[$A-Za-z_][$\w.]*$/.test(first) ? first : `(${first})`}.$${name}(${rest.join(", ")})`,
    ],
    [partly, () => `$${name}(${["?", ...rest].join(", ")})(${first})`],
    [partly / 2, () => `(${first} ~> $${name}(${["?", ...rest].join(", ")}))`],
  ]);
}

function argument(scope: Scope, given: Given, here: unknown): string {
  const { random } = scope;
  if (random.chance(scope.trouble)) return make(scope, random.pick(kinds));
  if (given === "iso") return random.chance(0.5) ? make(scope, "text") : random.pick(isoTexts);
  if (given === "millis" && random.chance(0.3)) return make(scope, "number");
  if (given === "pattern" && random.chance(0.2)) return make(scope, "text");
  if (given === "items -> any") return functionOf(scope, [here, 0], "any");
  if (given === "items -> boolean") return functionOf(scope, [here, 0], "boolean");
  if (given === "pair -> any") return lambda(scope, [1, "key"], random.pick(["any", "text", "boolean"]));
  const texts = ready[given];
  return texts === undefined ? make(scope, given as Kind) : random.pick(texts);
}

/** A function for a higher-order one: mostly a lambda, but also a built-in, a partial application, a composition. */
function functionOf(scope: Scope, parameters: unknown[], kind: Kind): string {
  return choose(scope, [
    [7, () => lambda(scope, parameters, kind)],
    [
      1.5,
      () =>
        scope.random.pick([
          "$string",
          "$boolean",
          "$type",
          "$exists",
          "$not",
          "$keys",
          "$uppercase",
          "$sum",
          "$count",
          "$number",
        ]),
    ],
    [
      0.6,
      () =>
        scope.random.pick([
          "$append(?, 1)",
          '$lookup(?, "a")',
          "$substring(?, 0, 2)",
          "$round(?, 1)",
          '$join(["x", "y"], ?)',
        ]),
    ],
    [0.4, () => scope.random.pick(["$string ~> $length", "$string ~> $uppercase ~> $trim", "$type ~> $length"])],
    [0.3, () => `function($v, $i, $a) { ${scope.random.pick(["$i", "$count($a)", "$a[$i]", "$a[0] = $v"])} }`],
    [0.2, () => `(${applied(scope, kind)})`],
    [0.2, () => head(scope, "any")],
  ]);
}
