// The one door to npm jsonata: its parser, its evaluator and its built-in functions, with types for what we rely on.
// No behaviour of ours lives here. Much of this is not public API of jsonata, so its version is pinned exactly.
import jsonata from "jsonata";

/** A node of the reference's syntax tree after its post-processing. Which fields exist depends on `type`. */
export interface Node {
  type: string;
  value?: unknown;
  /** Offset just behind the token, in UTF-16 units. */
  position?: number;
  name?: string;
  steps?: Node[];
  stages?: Node[];
  predicate?: Node[];
  expr?: Node;
  terms?: { expression: Node; descending: boolean }[];
  group?: { lhs: [Node, Node][]; position: number };
  lhs?: Node | [Node, Node][];
  rhs?: Node;
  expression?: Node;
  expressions?: Node[];
  procedure?: Node;
  arguments?: Node[];
  body?: Node;
  condition?: Node;
  then?: Node;
  else?: Node;
  pattern?: Node;
  update?: Node;
  delete?: Node;
  focus?: string;
  index?: string;
  tuple?: boolean;
  keepArray?: boolean;
  keepSingletonArray?: boolean;
}

/** A scope of variables. `base` is the one made for an evaluation; it also carries that evaluation's controls. */
export interface Frame {
  bind(name: string | symbol, value: unknown): void;
  lookup(name: string | symbol): unknown;
  base: Frame;
  depth: number;
  timestamp: Date;
  options?: { sequence?: number } | undefined;
  guardrails: () => void;
  createSequence: (...items: unknown[]) => unknown[];
  RegexEngine: unknown;
}

/** `this` of a built-in function. */
export interface Focus {
  environment: Frame;
  input: unknown;
}

// The reference passes whatever the expression gave; each implementation names its own types.
// oxlint-disable-next-line typescript/no-explicit-any
export type Implementation = (this: Focus, ...args: any[]) => unknown;

export interface Definition {
  _jsonata_function: true;
  implementation: Implementation;
  signature?: { definition: string };
}

/** An error as the reference throws it: a bare object, no Error. */
export interface RawError {
  code?: string;
  message?: string;
  position?: number;
  token?: unknown;
  value?: unknown;
  index?: unknown;
  error?: RawError;
}

export interface Reference {
  evaluate(input: unknown, bindings?: Record<string, unknown>): Promise<unknown>;
  assign(name: string | symbol, value: unknown): void;
  registerFunction(name: string, implementation: Implementation, signature?: string): void;
  ast(): Node;
  errors(): RawError[] | undefined;
}

/** Called before a syntax node is evaluated when it is bound under `entry`; the first call gets the base frame. */
export type EntryHook = (node: Node, input: unknown, frame: Frame) => void;
export const entry = Symbol.for("jsonata.__evaluate_entry");

/** Parses a text. With `recover` a syntax error is listed in `errors()` where that is possible. Throws a RawError. */
export function parse(text: string, recover = false): Reference {
  return jsonata(text, { recover }) as unknown as Reference;
}

const names =
  "sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim pad match " +
  "contains split replace join formatNumber formatBase formatInteger parseInteger number floor ceil round abs sqrt power " +
  "random boolean not map zip filter single reduce sift keys lookup append exists spread merge reverse each error assert " +
  "type sort shuffle distinct base64encode base64decode encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl eval " +
  "toMillis fromMillis clone now millis";

function collectBuiltins(): ReadonlyMap<string, Definition> {
  const found = new Map<string, Definition>();
  const probe = parse("1");
  const hook: EntryHook = (_node, _input, frame) => {
    for (const name of names.split(" ")) {
      const definition = frame.lookup(name) as Definition | undefined;
      if (typeof definition?.implementation === "function") found.set(name, definition);
    }
  };
  probe.assign(entry, hook);
  // The hook runs before the first await, so the table is full when this call returns; the result is of no interest.
  probe.evaluate(undefined).catch(() => undefined);
  const missing = names.split(" ").filter((name) => !found.has(name));
  if (missing.length > 0) {
    throw new Error(`jsonata is not the version this package was written for: it lacks $${missing.join(", $")}`);
  }
  return found;
}

/** The reference's own built-in functions by name (without `$`). */
export const builtins = collectBuiltins();

/** The implementation of a built-in function as the reference has it. */
export function original(name: string): Implementation {
  const definition = builtins.get(name);
  if (definition === undefined) throw new Error(`jsonata has no function $${name}`);
  return definition.implementation;
}
