// Writes paths to what a sample holds, with what may follow a step: predicates, `[]`, wildcards, order.
import { kindOf, placesOf, sampleOf, type Place } from "./places.ts";
import { choose, head, make, samples, type Kind, type Scope, type Source } from "./scope.ts";

interface Start {
  prefix: string;
  sample: unknown;
}

const absent = ["missing", "absent", "nothing", "x"];

/** A reference to something of this kind: a field here or of the whole input, a variable. Undefined when nothing is in sight. */
export function reference(scope: Scope, kind: Kind): Source | undefined {
  const { random } = scope;
  if (random.chance(scope.trouble / 2)) return { text: missingPath(scope), sample: null };
  const options: [number, Start, Place][] = [];
  for (const [weight, start] of startsOf(scope)) {
    for (const place of candidates(start.sample, kind)) options.push([weight, start, place]);
  }
  if (options.length === 0) return undefined;
  const [, start, place] = random.weighted(options.map((option) => [option[0], option] as const));
  return { text: pathText(scope, start, place), sample: place.sample };
}

/** Something of this kind with what is known about it: a reference where there is one. */
export function source(scope: Scope, kind: Kind): Source {
  return reference(scope, kind) ?? { text: head(scope, kind), sample: sampleOf(samples[kind]) };
}

function startsOf(scope: Scope): [number, Start][] {
  const variables = scope.variables.map(({ name, sample }): [number, Start] => [2, { prefix: `$${name}`, sample }]);
  return [
    [6, { prefix: "", sample: scope.here }],
    [0.6, { prefix: "$", sample: scope.here }],
    [0.8, { prefix: "$$", sample: scope.root }],
    ...variables,
  ];
}

/** Places of this kind, the start itself included. Many of its places are of use where a list is wanted. */
function candidates(sample: unknown, kind: Kind): Place[] {
  const itself: Place = { path: [], kind: kindOf(sample), sample: sampleOf(sample) };
  return [itself, ...placesOf(sample)].filter((place) => fits(place.kind, kind));
}

const lists: readonly Kind[] = ["numbers", "texts", "objects", "list"];
const fits = (has: Kind, wanted: Kind): boolean =>
  wanted === "any" || has === wanted || (wanted === "list" && lists.includes(has));

function pathText(scope: Scope, start: Start, place: Place): string {
  const { random } = scope;
  if (place.path.length === 0) return start.prefix || "$";
  if (start.prefix === "" && random.chance(0.02)) return `**.${quoted(place.path.at(-1) ?? "", scope)}`;
  let sample: unknown = start.sample;
  const steps = place.path.map((name, index) => {
    sample = memberOf(sample, name);
    const isFirst = index === 0 && start.prefix === "";
    const text = !isFirst && random.chance(0.015) ? "*" : quoted(name, scope, !isFirst);
    return text + suffix(scope, sample);
  });
  return (start.prefix === "" ? steps : [start.prefix, ...steps]).join(".");
}

function memberOf(sample: unknown, name: string): unknown {
  if (Array.isArray(sample)) {
    for (const item of sample as unknown[]) {
      const found = memberOf(item, name);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (typeof sample !== "object" || sample === null || !Object.hasOwn(sample, name)) return undefined;
  return (sample as Record<string, unknown>)[name];
}

const plainName = /^[A-Za-z_]\w*$/;
const words = new Set(["and", "or", "in", "true", "false", "null", "function"]);

/** A name as a step: plain where it can be, now and then quoted though it need not. */
export function quoted(name: string, scope: Scope, mayBeText = false): string {
  const isWord = words.has(name);
  if (mayBeText && scope.random.chance(0.01)) return JSON.stringify(name);
  if (plainName.test(name) && !isWord) return scope.random.chance(0.02) ? `\`${name}\`` : name;
  if (isWord && /^(?:and|or|in)$/.test(name) && scope.random.chance(0.4)) return name;
  return `\`${name}\``;
}

/** What follows a step that leads to such a value. */
function suffix(scope: Scope, value: unknown): string {
  const { random } = scope;
  const isList = Array.isArray(value);
  if (!random.chance(isList ? 0.3 : 0.03)) return "";
  return choose(scope, [
    [6, () => predicate(scope, value)],
    [2, () => "[]"],
    [1, () => `${predicate(scope, value)}[]`],
    [1, () => predicate(scope, value) + predicate(scope, value)],
    [isList ? 1.5 : 0.2, () => order(scope, value)],
  ]);
}

/** `[...]` behind a step with such a value. */
export function predicate(scope: Scope, value: unknown): string {
  const here = sampleOf(value);
  const { random } = scope;
  return choose(scope, [
    [3, () => `[${random.pick(["0", "1", "-1", "-2", "0.9", "5", "-9"])}]`],
    [6, () => `[${make(scope, "boolean", { here })}]`],
    [1, () => `[[${random.int(2)}..${1 + random.int(3)}]]`],
    [0.7, () => `[[${random.pick(["0, 2", "1, 0", "-1, 0", "0, 0", "2.5, -1"])}]]`],
    [0.5, () => `[${make(scope, "number", { here, room: 0 })}]`],
    [0.5, () => `[${make(scope, "any", { here, room: 0 })}]`],
    [0.3, () => `[${random.pick(["true", "$", "$count($) - 1", "null", '"a"', "[]", "{}", "$exists", "missing"])}]`],
  ]);
}

/** `^(...)` behind a step with such a value. */
export function order(scope: Scope, value: unknown): string {
  const here = sampleOf(value);
  const { random } = scope;
  const terms = Array.from({ length: random.chance(0.3) ? 2 : 1 }, () => {
    const kind: Kind = random.chance(0.6) ? "number" : "text";
    return random.pick(["", "", "<", ">"]) + make(scope, kind, { here, room: Math.min(scope.room - 1, 1) });
  });
  return `^(${terms.join(", ")})`;
}

function missingPath(scope: Scope): string {
  const { random } = scope;
  const places = placesOf(scope.here);
  const name = random.pick(absent);
  if (places.length === 0 || random.chance(0.3)) return name;
  const { path } = random.pick(places);
  return [...path.map((step) => quoted(step, scope)), name].join(".");
}
