// Writes what is not data: conditions, blocks with variables, functions and their use, recursion, errors on purpose.
import { reference, source } from "./paths.ts";
import { choose, freshName, head, make, operand, samples, withVariables, type Kind, type Scope } from "./scope.ts";

/** Ways to write any kind of value. */
export function common(scope: Scope, kind: Kind): string {
  const { random } = scope;
  return choose(scope, [
    [4, () => condition(scope, kind)],
    [4, () => block(scope, kind)],
    [1, () => `${operand(scope, kind)} ${random.pick(["?:", "??"])} ${operand(scope, kind)}`],
    [2, () => step(scope, kind)],
    [0.5, () => `(${make(scope, kind)})`],
    [1, () => choice(scope, kind)],
    [0.5, () => `/* ${random.pick(["note", "", "*", "a / b"])} */ ${make(scope, kind)}`],
    [scope.trouble > 0 ? 1.5 : 0.03, () => failure(scope)],
  ]);
}

function condition(scope: Scope, kind: Kind): string {
  const { random } = scope;
  const test = operand(scope, random.chance(0.85) ? "boolean" : "any");
  if (random.chance(0.15)) return `${test} ? ${operand(scope, kind)}`;
  return `${test} ? ${operand(scope, kind)} : ${operand(scope, kind)}`;
}

function block(scope: Scope, kind: Kind): string {
  const { random } = scope;
  let inner = scope;
  const statements = Array.from({ length: 1 + random.int(2) }, () => {
    const name = freshName(scope);
    const of = random.pick(["number", "number", "text", "objects", "object", "list", "any", kind] as const);
    const found = reference(inner, of);
    const text = found !== undefined && random.chance(0.5) ? found.text : make(inner, of);
    const sample = found !== undefined && text === found.text ? found.sample : samples[of];
    inner = { ...inner, variables: withVariables(inner, { name, sample }) };
    return `$${name} := ${text}`;
  });
  return `(${[...statements, make(inner, kind)].join("; ")}${random.chance(0.1) ? ";" : ""})`;
}

/** A step into an object or a list, and there something of the kind. */
function step(scope: Scope, kind: Kind): string {
  const { text, sample } = source(scope, scope.random.chance(0.8) ? "object" : "any");
  return `${text}.${head(scope, kind, { here: sample })}`;
}

/** One item of a list. */
function choice(scope: Scope, kind: Kind): string {
  const { random } = scope;
  const list = `[${make(scope, kind)}, ${make(scope, kind)}]`;
  return `${list}[${random.pick(["0", "-1", "1", "true"])}]`;
}

/** A lambda with parameters like these samples. */
export function lambda(scope: Scope, parameters: unknown[], kind: Kind): string {
  const { random } = scope;
  const names = ["v", "i", "a"].slice(0, random.chance(0.7) ? 1 : parameters.length);
  const variables = withVariables(scope, ...names.map((name, index) => ({ name, sample: parameters[index] })));
  const word = random.chance(0.05) ? "λ" : "function";
  const signature = random.chance(0.05)
    ? random.pick(["<x:x>", "<x-:x>", "<n:n>", "<s-:s>", "<j?j?:j>", "<a<n>:n>", "<o-n?:x>"])
    : "";
  const here = random.chance(0.9) ? null : scope.here;
  const body = random.chance(0.1) ? selfTail(scope, kind, variables) : make(scope, kind, { variables, here });
  return `${word}(${names.map((name) => `$${name}`).join(", ")})${signature} { ${body} }`;
}

/** A body whose last act is a call: the reference makes it without a stack, and does not collapse its result. */
function selfTail(scope: Scope, kind: Kind, variables: Scope["variables"]): string {
  const inner = { variables, room: Math.min(scope.room - 1, 1) };
  return scope.random.pick([
    () => `$append(${make(scope, kind, inner)}, ${make(scope, kind, inner)})`,
    () => `$filter([${make(scope, kind, inner)}], function($q) { $exists($q) })`,
    () => `$lookup(${make(scope, "objects", inner)}, "a")`,
    () => `$boolean(${make(scope, kind, inner)}) ? $string(${make(scope, kind, inner)}) : $keys({"k": 1})`,
    () => `(function($w) { $w })(${make(scope, kind, inner)})`,
  ])();
}

/** Functions kept in variables and called. */
export function applied(scope: Scope, kind: Kind): string {
  const one = (change = {}): string => make(scope, kind, change);
  const within = (sample: unknown): { variables: Scope["variables"] } => ({
    variables: withVariables(scope, { name: "x", sample }),
  });
  const number = (): string => make(scope, "number", { room: 0 });
  return choose(scope, [
    [2, () => `(${lambda(scope, [samples[kind]], kind)})(${one()})`],
    [2, () => `($f := ${lambda(scope, [1], kind)}; $f(${number()}))`],
    [1, () => `($f := function($x) { ${one(within(1))} }; $map([${number()}, ${number()}], $f)[0])`],
    [1, () => `($k := ${number()}; $add := function($x) { $x + $k }; $k := 100; $add(${number()})) ~> $string`],
    [0.5, () => `($f := function($x, $y) { [$x, $y] }; $f(${one()})[0])`],
    [0.5, () => `($f := function($x, $y) { $x ?: $y }; $g := $f(?, ${one()}); $g(${one()}))`],
    [0.5, () => `($f := function($n) { $n <= 0 ? ${one()} : $f($n - 1) }; $f(${scope.random.int(4)}))`],
    [0.5, () => `($f := function($n, $l) { $n <= 0 ? $l : $f($n - 1, $append($l, $n)) }; $f(3, ${one()}))`],
    [0.5, () => `($f := function($n) { $n <= 1 ? 1 : $n * $f($n - 1) }; $f(${scope.random.int(6)}) & "")`],
    [
      0.4,
      () =>
        `($e := function($n) { $n = 0 ? true : $o($n - 1) }; $o := function($n) { $n = 0 ? false : $e($n - 1) }; $e(${scope.random.int(6)}))`,
    ],
    [0.4, () => `($c := $uppercase ~> $trim ~> $length; $c(${make(scope, "text")}))`],
    [0.4, () => `(${one()} ~> function($x) { ${one(within(samples[kind]))} })`],
    [0.3, () => `($sum := function($x) { "own" }; $sum(${one()}))`],
    [
      0.3,
      () =>
        `($m := function($f, $x) { $f($x) }; $m(${scope.random.pick(["$string", "$count", "function($z) { $z }"])}, ${one()}))`,
    ],
    [0.3, () => `{"f": function($x) { $x }, "v": ${one()}}.f(${one()})`],
    [0.2, () => `($a := [$sum, $count, $max]; $a[1](${one()}))`],
    [0.2, () => `($f := function() { ${one()} }; $f())`],
    [0.1, () => `$eval(${scope.random.pick(['"1 + 2"', '"$x"', '"[1, 2].($ * 2)"', '"a.b"', '"1 +"'])})`],
  ]);
}

/** How many there are of something. */
export const counted = (scope: Scope): string =>
  `$count(${make(scope, scope.random.pick(["objects", "list", "texts", "any"]))})`;

/** Something that fails, or does when its value is looked at. */
function failure(scope: Scope): string {
  const { random } = scope;
  return random.pick([
    () => `$error(${random.pick(['"stop"', "", '"é"', "missing"])})`,
    () => `$assert(${make(scope, "boolean")}, "must hold")`,
    () => `-${operand(scope, "text")}`,
    () => `${head(scope, "any")}(1)`,
    () => `$unknown(${make(scope, "any")})`,
    () => "uppercase(1)",
    () => `sum(?)`,
    () => `$undefined(?, 1)`,
    () => `(${make(scope, "any")}) ~> 5`,
    () => `${operand(scope, "text")} < ${operand(scope, "number")}`,
    () => `1 / 0 + 1`,
    () => `{${make(scope, "number")}: 1}`,
    () => `{"a": 1, "a": 2}`,
    () => `$single(${make(scope, "list")}, function($v) { ${random.pick(["true", "false"])} })`,
    () => `$reduce(${make(scope, "list")}, function($x) { 1 })`,
    () => `$sort(${make(scope, "list")})`,
    () => `${make(scope, "text")} ~> $replace("", "x")`,
    () => `$power(10, 400)`,
    () => `$sqrt(-${random.int(3)})`,
    () => `[1..${make(scope, "text")}]`,
    () => `$length(${make(scope, "number")})`,
    () => `$ ~> |$|1|`,
    () => `$ ~> |$|{}, 1|`,
    () => "%.x",
    () => "1 +",
    () => '$match("abc", function($s) { 1 })',
    () => '$split("abc", function($s) { {"a": 1} })',
    () => '$replace("abc", /b/, function($m) { 1 })',
    () => `$contains(${make(scope, "any")}, ${make(scope, "any")})`,
    () => `{"_jsonata_lambda": 1}`,
    () => `$sum(${make(scope, "list")})`,
    () => `$map(${make(scope, "list")}, ${make(scope, "any")})`,
    () => `$string(function($x) { $x })`,
  ])();
}
