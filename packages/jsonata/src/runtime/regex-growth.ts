// How long a regular expression may go back and forth at most, from its shape alone. A choice costs nothing but a look at
// the next character where that decides it; otherwise each way through is counted, and is walked on from.
import { regexTree, type Node } from "./regex-tree.ts";

/** How the steps of a match grow with the text: at most `factor * (length + 1) ** degree`. */
export interface Growth {
  readonly factor: number;
  readonly degree: number;
}

const one: Growth = { factor: 1, degree: 0 };
const endless: Growth = { factor: 1, degree: Infinity };
const times = (a: Growth, b: Growth): Growth => ({ factor: a.factor * b.factor, degree: a.degree + b.degree });
const plus = (a: Growth, b: Growth): Growth => ({ factor: a.factor + b.factor, degree: Math.max(a.degree, b.degree) });
const larger = (a: Growth, b: Growth): Growth => ({
  factor: Math.max(a.factor, b.factor),
  degree: Math.max(a.degree, b.degree),
});

interface Cost {
  /** Ways to get through that the next character does not rule out. */
  ways: Growth;
  /** Steps to try them all. */
  steps: Growth;
}

const step: Cost = { ways: one, steps: one };

/** What a node can begin with, and whether it can match nothing at all. */
interface Start {
  first: bigint;
  isNullable: boolean;
}

function startOf(node: Node): Start {
  switch (node.kind) {
    case "set":
      return { first: node.set, isNullable: false };
    case "end":
      return { first: 0n, isNullable: false };
    case "sequence": {
      let first = 0n;
      for (const item of node.items) {
        const start = startOf(item);
        first |= start.first;
        if (!start.isNullable) return { first, isNullable: false };
      }
      return { first, isNullable: true };
    }
    case "choice": {
      const starts = node.options.map(startOf);
      return {
        first: starts.reduce((set, start) => set | start.first, 0n),
        isNullable: starts.some((start) => start.isNullable),
      };
    }
    case "repeat": {
      const { first, isNullable } = startOf(node.body);
      return { first, isNullable: isNullable || node.min === 0 };
    }
    case "empty":
    case "look":
    case "unknown":
      return { first: 0n, isNullable: true };
  }
}

/** @param follow what can stand behind the node */
function costOf(node: Node, follow: bigint): Cost {
  switch (node.kind) {
    case "set":
    case "empty":
    case "end":
      return step;
    case "sequence":
      return sequenceCost(node.items, follow);
    case "choice":
      return choiceCost(node.options, follow);
    case "repeat":
      return repeatCost(node, follow);
    case "look":
      return { ways: one, steps: lookSteps(node.body) };
    case "unknown":
      return { ways: endless, steps: endless };
  }
}

function sequenceCost(items: readonly Node[], follow: bigint): Cost {
  let behind = follow;
  let { ways, steps } = step;
  for (const item of items.toReversed()) {
    const cost = costOf(item, behind);
    steps = plus(cost.steps, times(cost.ways, steps));
    ways = times(cost.ways, ways);
    const { first, isNullable } = startOf(item);
    behind = isNullable ? first | behind : first;
  }
  return { ways, steps };
}

function choiceCost(options: readonly Node[], follow: bigint): Cost {
  let seen = 0n;
  let isDecided = true;
  let ways: Growth = { factor: 0, degree: 0 };
  let most = one;
  let steps = one;
  for (const option of options) {
    const start = startOf(option);
    const first = start.isNullable ? start.first | follow : start.first;
    if ((first & seen) !== 0n || start.isNullable) isDecided = false;
    seen |= first;
    const cost = costOf(option, follow);
    ways = plus(ways, cost.ways);
    most = larger(most, cost.ways);
    steps = plus(steps, cost.steps);
  }
  return { ways: isDecided ? most : ways, steps };
}

type Repeat = Extract<Node, { kind: "repeat" }>;

function repeatCost({ body, min, max }: Repeat, follow: bigint): Cost {
  const { first, isNullable } = startOf(body);
  if (isNullable && max > 1) return { ways: endless, steps: endless };
  // Whether to go on or to leave is decided by the next character, or either may be right.
  const isDecided = min === max || ((first & follow) === 0n && !isNullable);
  const cost = costOf(body, max > 1 ? first | follow : follow);
  const isSingle = cost.ways.factor === 1 && cost.ways.degree === 0;
  if (max === Infinity) {
    if (!isSingle) return { ways: endless, steps: endless };
    // Turns share the text among them, so that their steps add up to those of one that walks all of it.
    const steps = { factor: 2 * (cost.steps.factor + min), degree: Math.max(1, cost.steps.degree) };
    return { ways: isDecided ? one : { factor: 1, degree: 1 }, steps };
  }
  let ways = isDecided ? one : { factor: max - min + 1, degree: 0 };
  let steps: Growth = one;
  for (let turn = 0; turn < max; turn++) {
    if (!isSingle && (turn > 20 || ways.factor > 1e9)) return { ways: endless, steps: endless };
    steps = plus(steps, times(cost.steps, ways));
    ways = times(ways, cost.ways);
    if (isSingle && turn > 0) return { ways, steps: times(steps, { factor: max, degree: 0 }) };
  }
  return { ways, steps };
}

/** What is looked at is walked again at every character that a repetition gives back, so it must not be long. */
function lookSteps(body: Node): Growth {
  const { steps } = costOf(body, (1n << 129n) - 1n);
  return steps.degree === 0 ? steps : endless;
}

/** A step may look at a few things before the next character decides. */
const stepsPerStep = 4;

/** An upper bound for the steps of all attempts of one search. */
export function regexGrowth(pattern: Pick<RegExp, "source" | "flags">): Growth {
  const { root, isAnchored } = regexTree(pattern);
  const { steps } = costOf(root, 0n);
  const factor = steps.factor * stepsPerStep;
  return { factor, degree: isAnchored ? Math.max(1, steps.degree) : steps.degree + 1 };
}
