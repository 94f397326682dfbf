// Writes paths that carry variables along (`@$v`, `#$i`) or look back at parents (`%`).
import { quoted, source } from "./paths.ts";
import { placesOf, type Place } from "./places.ts";
import { choose, head, make, withVariables, type Kind, type Scope } from "./scope.ts";

/** A path of this shape whose items are of the kind. */
export function tuples(scope: Scope, kind: Kind): string {
  return choose(scope, [
    [3, () => focused(scope, kind)],
    [3, () => indexed(scope, kind)],
    [4, () => withParent(scope, kind)],
    [2, () => join(scope, kind)],
  ]);
}

const ending = (scope: Scope, kind: Kind, text: string): string => {
  const { random } = scope;
  return choose(scope, [
    [5, () => text],
    [1, () => `${text}[${random.pick(["0", "-1", "1"])}]`],
    [0.5, () => `${text}[]`],
    [kind === "object" ? 0 : 0.5, () => `${text}^(${random.pick(["$", ">$", "<$"])})`],
  ]);
};

function focused(scope: Scope, kind: Kind): string {
  const { text, sample } = source(scope, "objects");
  const name = scope.random.pick(["v", "o", "x"]);
  const variables = withVariables(scope, { name, sample });
  const filter = scope.random.chance(0.5) ? `[${make(scope, "boolean", { here: null, variables })}]` : "";
  return ending(scope, kind, `${text}@$${name}${filter}.${head(scope, kind, { variables })}`);
}

function indexed(scope: Scope, kind: Kind): string {
  const { random } = scope;
  const { text, sample } = source(scope, random.pick(["objects", "objects", "list", "numbers"]));
  const variables = withVariables(scope, { name: "i", sample: 1 });
  const before = random.chance(0.2) ? `[${make(scope, "boolean", { here: sample })}]` : "";
  const after = random.pick(["", "", "[$i < 2]", "[$i = 0]", "[$i % 2 = 1]", "[$i > 0][0]", "[-1]", "^($i)", "^(>$i)"]);
  return ending(scope, kind, `${text}${before}#$i${after}.${head(scope, kind, { here: sample, variables })}`);
}

/** A list inside a list: the outer path, the inner one, samples of both. */
function nested(scope: Scope): { outer: Place; inner: Place } | undefined {
  const outers = placesOf(scope.here).filter((place) => place.kind === "objects" || place.kind === "object");
  const pairs = outers.flatMap((outer) => placesOf(outer.sample).map((inner) => ({ outer, inner })));
  return pairs.length === 0 ? undefined : scope.random.pick(pairs);
}

const pathOf = (place: Place, scope: Scope): string => place.path.map((name) => quoted(name, scope)).join(".");

function withParent(scope: Scope, kind: Kind): string {
  const { random } = scope;
  const found = nested(scope);
  if (found === undefined) return indexed(scope, kind);
  const { outer, inner } = found;
  const parent = random.pick(placesOf(outer.sample));
  const up = Array.from({ length: inner.path.length }, () => "%").join(".");
  const back = `${up}.${pathOf(parent, scope)}`;
  const path = `${pathOf(outer, scope)}.${pathOf(inner, scope)}`;
  const own = { here: inner.sample };
  return choose(scope, [
    [3, () => `${path}.{"up": ${back}, "own": ${make(scope, kind, own)}}`],
    [2, () => `${path}.(${back})`],
    [1, () => `${path}.${back}`],
    [1, () => `${path}[${back} ${random.pick(["=", "!="])} ${make(scope, "any", own)}]`],
    [1, () => `${path}^(${back})`],
    [0.5, () => `${path}.[${up}.$keys(), ${make(scope, kind, own)}]`],
    [0.5, () => `${path}#$i.{"i": $i, "up": ${back}}`],
    [0.4, () => `${path}.%.%.%.${quoted(outer.path[0] ?? "x", scope)}`],
    [0.4, () => `${path}{$string(${back}): ${make(scope, kind, own)}}`],
    [0.2, () => back],
  ]);
}

/** Two lists side by side, matched by a predicate. */
function join(scope: Scope, kind: Kind): string {
  const { random } = scope;
  const left = source(scope, "objects");
  const right = source(scope, random.pick(["objects", "list"]));
  const variables = withVariables(scope, { name: "l", sample: left.sample }, { name: "r", sample: right.sample });
  const condition = choose(scope, [
    [2, () => `[${make(scope, "boolean", { here: null, variables })}]`],
    [1, () => "[$l != $r]"],
    [1, () => ""],
  ]);
  const between = random.pick(["", "", "#$j", "[0]"]);
  return `${left.text}@$l${between}.${right.text}@$r${condition}.${head(scope, kind, { variables })}`;
}
