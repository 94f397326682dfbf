// Writes expressions that give an object or a list: constructors, steps that map, orders, groups, filters.
import { call } from "./calls.ts";
import { order, predicate, reference, source } from "./paths.ts";
import { applied, common, lambda } from "./programs.ts";
import { choose, head, make, operand, withVariables, type Kind, type Scope } from "./scope.ts";
import { tuples } from "./tuples.ts";

const itemKinds: Partial<Record<Kind, Kind>> = { numbers: "number", texts: "text", objects: "object" };
const itemOf = (kind: Kind): Kind => itemKinds[kind] ?? "any";

export function object(scope: Scope): string {
  const place = (): string => reference(scope, "object")?.text ?? constructor(scope);
  if (scope.room <= 0) return place();
  return choose(scope, [
    [4, () => constructor(scope)],
    [3, place],
    [1.5, () => call(scope, "object")],
    [1.5, () => grouped(scope)],
    [1, () => transformed(scope)],
    [1, () => `$merge([${make(scope, "object")}, ${make(scope, "object")}])`],
    [1, () => `$sift(${make(scope, "object")}, ${lambda(scope, ["any", "text"], "boolean")})`],
    [1.5, () => common(scope, "object")],
    [0.4, () => applied(scope, "object")],
  ]);
}

const keyNames = ["a", "b", "id", "value", "t", "temperature", "unit", "ok", "with space", "é", "1", "0"];

function constructor(scope: Scope): string {
  const { random } = scope;
  const size = random.int(random.chance(0.1) ? 9 : 5);
  const used = new Set<string>();
  const pairs = Array.from({ length: size }, () => {
    const name = random.pick(keyNames);
    const isTaken = used.has(name);
    used.add(name);
    const key = isTaken && !random.chance(scope.trouble) ? `${name}${used.size}${random.int(1000)}` : name;
    const isComputed = random.chance(0.08);
    const kind = random.pick(["number", "number", "text", "boolean", "list", "object", "any"] as const);
    return `${isComputed ? make(scope, "text") : JSON.stringify(key)}: ${make(scope, kind)}`;
  });
  return `{${pairs.join(", ")}}`;
}

function grouped(scope: Scope): string {
  const { text, sample } = source(scope, "objects");
  const key = make(scope, scope.random.chance(0.9) ? "text" : "any", {
    here: sample,
    room: Math.min(1, scope.room - 1),
  });
  const value = make(scope, scope.random.pick(["number", "numbers", "any", "list", "text"]), { here: sample });
  const more = scope.random.chance(0.1)
    ? `, ${make(scope, "text", { here: sample })}: ${make(scope, "any", { here: sample })}`
    : "";
  return `${text}{${key}: ${value}${more}}`;
}

function transformed(scope: Scope): string {
  const { random } = scope;
  const { text, sample } = source(scope, "object");
  const inner = { ...scope, here: sample };
  const pattern = random.chance(0.4)
    ? { text: "$", sample }
    : (reference(inner, random.pick(["object", "objects", "any"])) ?? { text: "$", sample });
  const update = make(scope, random.chance(0.95) ? "object" : "any", { here: pattern.sample });
  const drop = random.chance(0.4)
    ? `, ${random.pick(['"value"', '["id", "data"]', "$keys()", '"missing"', "1", "missing"])}`
    : "";
  return `${text} ~> |${pattern.text}|${update}${drop}|`;
}

const literals: Partial<Record<Kind, readonly string[]>> = {
  numbers: ["[1, 2, 3]", "[]", "[1..5]", "[3, 1, 2]", "[0.1, 0.2]", "[-1]", "5"],
  texts: ['["a", "b"]', '["b", "a", "c"]', '["x"]', '"a,b,c" ~> $split(",")', '["10", "9"]'],
  objects: ['[{"a": 1}, {"a": 2}]', '{"a": 1}', '[{"id": "x", "v": 1}, {"id": "y"}]', "[{}]"],
  list: ['[1, "a", true]', "[]", "[[1, 2], [3]]", "[null]", "[[]]", "[1..3]", "[[1]]"],
};

export function list(kind: "numbers" | "texts" | "objects" | "list"): (scope: Scope) => string {
  return (scope) => {
    const literal = (): string => scope.random.pick(literals[kind] ?? ["[]"]);
    const place = (): string => reference(scope, kind)?.text ?? literal();
    if (scope.room <= 0)
      return choose(scope, [
        [1, literal],
        [3, place],
      ]);
    return choose(scope, [
      [0.7, literal],
      [5, place],
      [1.5, () => elements(scope, itemOf(kind))],
      [4, () => mapped(scope, itemOf(kind))],
      [2, () => call(scope, kind)],
      [1.5, () => selected(scope, kind)],
      [0.8, () => `${head(scope, kind)}[]`],
      [kind === "numbers" ? 1 : 0.1, () => range(scope)],
      [1, () => common(scope, kind)],
      [0.5, () => applied(scope, kind)],
      [1.8, () => tuples(scope, itemOf(kind))],
    ]);
  };
}

function elements(scope: Scope, kind: Kind): string {
  const items = Array.from({ length: scope.random.int(4) }, () => make(scope, scope.random.chance(0.9) ? kind : "any"));
  return `[${items.join(", ")}]`;
}

const range = (scope: Scope): string => {
  const { random } = scope;
  const ends = ["1", "0", "3", "5", "-2", "$count($)", "missing", "10"];
  return random.chance(scope.trouble)
    ? `[${random.pick(ends)}..${random.pick(["1.5", '"5"', "true", "1e8", "[1]"])}]`
    : `[${random.pick(ends)}..${random.pick(ends)}]`;
};

/** A list whose items are made from those of another: by a path step or by $map. */
function mapped(scope: Scope, kind: Kind): string {
  const { random } = scope;
  const from = source(scope, random.pick(["objects", "objects", "numbers", "texts", "list"]));
  const inner = { here: from.sample };
  return choose(scope, [
    [3, () => `${from.text}.(${make(scope, kind, inner)})`],
    [2, () => `${from.text}.${head(scope, kind, inner)}`],
    [0.5, () => `${from.text}.[${make(scope, kind, inner)}, ${make(scope, kind, inner)}]`],
    [2, () => `$map(${from.text}, ${lambda(scope, [from.sample, "number"], kind)})`],
    [0.7, () => `${from.text}${predicate(scope, [from.sample])}.(${make(scope, kind, inner)})`],
  ]);
}

/** Some of a list's items, or all in another order. */
function selected(scope: Scope, kind: Kind): string {
  const { random } = scope;
  const { text, sample } = source(scope, kind);
  const below = `function($l, $r) { ${["$l", "$r"].map((name) => field(scope, name, sample)).join(random.pick([" > ", " < "]))} }`;
  return choose(scope, [
    [2, () => `$filter(${text}, ${lambda(scope, [sample, "number"], "boolean")})`],
    [2, () => text + predicate(scope, [sample])],
    [2, () => text + order(scope, [sample])],
    [0.7, () => `${text}${order(scope, [sample])}[[0..1]]`],
    [1, () => `$sort(${text}, ${below})`],
    [0.6, () => `$distinct(${text})`],
    [0.6, () => `$reverse(${text})`],
    [0.5, () => `$append(${text}, ${operand(scope, kind)})`],
  ]);
}

function field(scope: Scope, name: string, sample: unknown): string {
  const variables = withVariables(scope, { name: name.slice(1), sample });
  const own = { ...scope, here: null, root: null, variables, trouble: 0 };
  return reference(own, scope.random.pick(["number", "text"]))?.text ?? name;
}
