// The one list of where ours may differ from npm jsonata 2.2.2, and why. A difference that none of them explains is a bug.
import { nodesOf, visit, type Node } from "./nodes.ts";
import type { Outcome, Trial } from "./outcome.ts";

export interface Exception {
  name: string;
  reason: string;
  applies(trial: Trial): boolean;
}

const codeOf = (outcome: Outcome): string | undefined => (outcome.kind === "error" ? outcome.code : undefined);
const isLimit = (outcome: Outcome): boolean => /^(?:D101[12]|D2015|LIMIT_\w+)$/.test(codeOf(outcome) ?? "");

export const exceptions: readonly Exception[] = [
  {
    name: "function-result",
    reason: "A function is no result: ours fails with RESULT_FUNCTION where the reference hands out its inside.",
    applies: ({ reference, ours }) => reference.kind === "function" && codeOf(ours) === "RESULT_FUNCTION",
  },
  {
    name: "function-under-key",
    reason:
      "In the reference tier a function is refused under a key that is computed: as `then` or `toJSON` it would be called.",
    applies: ({ text, reference, ours }) =>
      codeOf(ours) === "RESULT_FUNCTION" && reference.kind === "error" && hasComputedKey(text),
  },
  {
    name: "limit",
    reason: "Limits are on by default in ours, and off in the reference.",
    applies: ({ reference, ours }) => isLimit(reference) || isLimit(ours),
  },
  {
    name: "cyclic-result",
    reason: "A transform can make the reference put an object into itself; ours ends that with a limit.",
    applies: ({ reference, ours }) => reference.kind === "cycle" && ours.kind === "error",
  },
  {
    name: "reference-trips",
    reason:
      "The reference trips over itself: an error of JavaScript, without a code. Ours goes on, or says what is wrong.",
    applies: ({ reference, ours }) =>
      reference.kind === "error" && reference.code === undefined && (ours.kind !== "error" || ours.code !== undefined),
  },
  {
    name: "copied-pattern",
    reason:
      "The reference copies the left side of ?: and ?? by way of JSON, which spoils a pattern in it: it matches other texts, or for ever.",
    applies: ({ reference }) => reference.kind === "untold",
  },
  {
    name: "clock",
    reason:
      "$toMillis takes what its picture leaves out from the clock, which is later in the engine that runs second.",
    applies: ({ text, reference, ours }) =>
      /\$(?:toMillis|now|millis)\b/.test(text) && reference.kind === "value" && ours.kind === "value",
  },
  {
    name: "reference-writes",
    reason:
      "The reference changed its input on the way (it pushes to an empty list that it groups) and then read that.",
    applies: ({ hasReferenceWritten, hasWritten }) => hasReferenceWritten && !hasWritten,
  },
  {
    name: "empty-list-written",
    reason:
      "The same in what the expression made: the reference pushes to an empty list that it groups, and goes on with it.",
    applies: ({ text, given }) => makesObjects(text) && (makesLists(text) || JSON.stringify(given).includes("[]")),
  },
  {
    name: "empty-input-spread",
    reason:
      "The reference wraps an input that is a list into another one, which $spread without an argument shows where it is empty.",
    applies: ({ text, given }) => Array.isArray(given.input) && given.input.length === 0 && spreadsContext(text),
  },
  {
    name: "tuple-shown",
    reason:
      "A stream of tuples that was sorted is an array of its tuples to the reference: they are not the same inside.",
    applies: ({ reference }) => reference.kind === "value" && /"@":/.test(JSON.stringify(reference.value) ?? ""),
  },
  {
    name: "context-of-list",
    reason:
      "A list written at the start of a path is evaluated on a list of the context by the reference, which $ and * in it show.",
    applies: ({ text }) =>
      nodesOf(text).some(({ type, steps }) => type === "path" && seesContext((steps as Node[])[0] as Node)),
  },
  {
    name: "marks-as-keys",
    reason: "Marks on an array are fields of it to the reference, which a function on the fields of an object shows.",
    applies: ({ text }) =>
      nodesOf(text).some(
        ({ type, procedure }) =>
          type === "partial" && /^(?:each|sift|keys|spread|merge)$/.test(String((procedure as Node).value)),
      ),
  },
  {
    name: "leaked-place",
    reason: "The reference keeps where a function was called, and gives that place to an error of another expression.",
    applies: ({ text, reference }) => reference.kind === "error" && (reference.position ?? 0) > text.length,
  },
  {
    name: "error-of-several",
    reason:
      "Of errors in several elements of a constructor, or in several groups, the reference reports the one with the fewest turns before it.",
    applies: ({ text, reference, ours }) =>
      reference.kind === "error" && ours.kind === "error" && (elementsOf(text).length > 1 || hasGroups(text)),
  },
  {
    name: "assignment-between-elements",
    reason: "The reference evaluates the elements of a constructor side by side, ours from left to right.",
    applies: ({ text }) => elementsOf(text).some((element) => assigns(element)),
  },
  {
    name: "regex-between-elements",
    reason:
      "Elements side by side share the position of a regular expression held in a variable; ours keeps them apart.",
    applies: ({ text }) => nodesOf(text).some(({ type, rhs }) => type === "bind" && (rhs as Node).type === "regex"),
  },
];

/** The exception that explains a difference. */
export const exceptionFor = (trial: Trial): Exception | undefined => exceptions.find((one) => one.applies(trial));

/** A list at the start of a path with something in it that takes its context as a whole. */
function seesContext(first: Node): boolean {
  if (first["consarray"] !== true) return false;
  const found: Node[] = [];
  visit(first, found, () => true);
  return found.some(
    ({ type, value }) => type === "wildcard" || type === "function" || (type === "variable" && value === ""),
  );
}

/** What stands in constructors of arrays and objects, and in groupings, as one element. */
function elementsOf(text: string): unknown[] {
  return nodesOf(text).flatMap((node) => {
    const pairs = (node["group"] as Node | undefined)?.["lhs"] ?? (node.value === "{" ? node["lhs"] : undefined);
    const values = Array.isArray(pairs) ? (pairs as [unknown, unknown][]).map(([, value]) => value) : [];
    return node.value === "[" && Array.isArray(node["expressions"])
      ? [...values, ...(node["expressions"] as unknown[])]
      : values;
  });
}

const hasComputedKey = (text: string): boolean =>
  nodesOf(text).some((node) => {
    const pairs = (node["group"] as Node | undefined)?.["lhs"] ?? (node.value === "{" ? node["lhs"] : undefined);
    return Array.isArray(pairs) && (pairs as [Node, Node][]).some(([key]) => key.type !== "string");
  });

/** A list that is written out is empty, too, when nothing that stands in it is there. */
const makesLists = (text: string): boolean =>
  nodesOf(text).some(({ type, value }) => type === "unary" && value === "[");

/** By a call without an argument, or under another name. */
const spreadsContext = (text: string): boolean => {
  const nodes = nodesOf(text);
  const isNamed = ({ type, value }: Node): boolean => type === "variable" && value === "spread";
  const named = nodes.filter(isNamed).length;
  const given = nodes.filter(
    ({ type, procedure, arguments: list }) =>
      type === "function" && isNamed(procedure as Node) && (list as unknown[]).length > 0,
  ).length;
  return named > given;
};

const makesObjects = (text: string): boolean =>
  nodesOf(text).some(({ type, value, group }) => group !== undefined || (type === "unary" && value === "{"));

const hasGroups = (text: string): boolean => nodesOf(text).some((node) => node["group"] !== undefined);

/** True when a variable is set here, in the scope of the constructor itself. */
function assigns(element: unknown): boolean {
  const found: Node[] = [];
  visit(element, found, ({ type }) => type !== "block" && type !== "lambda");
  return found.some(({ type }) => type === "bind");
}
