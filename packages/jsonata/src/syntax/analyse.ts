// What an expression does, read off its syntax tree: the names it reads, the variables and functions it uses, and the
// constructs that decide which controls it needs. It judges nothing: problems.ts says what is wrong.
import { builtins, type Node } from "../reference/reference.ts";
import type { Isolation } from "../reference/isolate.ts";
import { calledKeys, childrenOf, mayBeCalled } from "./tree.ts";

/** A `$name` in the text that nothing inside the text binds. */
export interface NameUse {
  name: string;
  node: Node;
  isCalled: boolean;
  /** Names bound where it stands. */
  bound: readonly string[];
}

/** A call of a bare name: `uppercase(x)` instead of `$uppercase(x)`. */
export interface BareCall {
  name: string;
  node: Node;
}

export interface Analysis {
  /** Top-level names of the input; "*" when all of it may be read. */
  reads: readonly string[];
  /** Free names: built-in functions, and what the caller binds. */
  uses: readonly NameUse[];
  /** All names of variables and functions, bound or free. */
  names: ReadonlySet<string>;
  bareCalls: readonly BareCall[];
  types: ReadonlySet<string>;
  /** Nodes that the reference may evaluate side by side. */
  sideBySide: number;
  hasGroups: boolean;
  /** Object constructors: none, only on the input itself, or on values inside it. */
  constructs: "none" | "root" | "nested";
  /** `path[]`. */
  keepsArrays: boolean;
  /** Something is called that need not be a function, or a transform may find what is no part of its copy. */
  callsValues: boolean;
  /** Something with a key can be made whose value JavaScript would call if it were a function. */
  makesCalledKeys: boolean;
}

interface Scope {
  names: Set<string>;
  outer?: Scope;
}

interface Place {
  scope: Scope;
  /** The context is the input itself. */
  isRoot: boolean;
  isInConstructor: boolean;
}

class Walk {
  readonly reads = new Set<string>();
  readonly found: { name: string; node: Node; isCalled: boolean; scope: Scope }[] = [];
  readonly bareCalls: BareCall[] = [];
  readonly types = new Set<string>();
  sideBySide = 0;
  hasGroups = false;
  keepsArrays = false;
  callsValues = false;
  makesCalledKeys = false;
  constructs: Analysis["constructs"] = "none";

  visit(node: Node | undefined, place: Place): void {
    if (node === undefined) return;
    this.types.add(node.type);
    if (place.isInConstructor) this.sideBySide++;
    if (node.keepSingletonArray === true) this.keepsArrays = true;
    if (node.focus !== undefined) place.scope.names.add(node.focus);
    if (calledKeys.has(node.focus)) this.makesCalledKeys = true;
    if (node.index !== undefined) place.scope.names.add(node.index);
    if (node.group !== undefined) this.#group(node.group.lhs, place);
    for (const stage of [...(node.predicate ?? []), ...(node.stages ?? [])]) {
      if (stage.type === "index") place.scope.names.add(String(stage.value));
      this.visit(stage.expr, { ...place, isRoot: false });
    }
    this.#byType(node, place);
  }

  #byType(node: Node, place: Place): void {
    switch (node.type) {
      case "name":
        if (place.isRoot) this.reads.add(String(node.value));
        return;
      case "wildcard":
      case "descendant":
      case "parent":
        if (place.isRoot || node.type === "parent") this.reads.add("*");
        return;
      case "variable":
        return this.#variable(node, place, false);
      case "path":
        return this.#path(node.steps ?? [], place);
      case "block":
        return this.#all(node.expressions, { ...place, scope: { names: new Set(), outer: place.scope } });
      case "lambda":
        return this.#lambda(node, place);
      case "bind":
        place.scope.names.add(String((node.lhs as Node).value));
        return this.visit(node.rhs, place);
      case "function":
      case "partial":
        return this.#call(node, place);
      case "unary":
        return this.#unary(node, place);
      case "transform":
        this.callsValues = true;
        return this.#all(childrenOf(node), { ...place, isRoot: false });
      case "sort":
        return this.#all(childrenOf(node), { ...place, isRoot: false });
      default:
        return this.#all(childrenOf(node), place);
    }
  }

  #all(nodes: readonly Node[] | undefined, place: Place): void {
    for (const node of nodes ?? []) this.visit(node, place);
  }

  #variable(node: Node, place: Place, isCalled: boolean): void {
    const name = String(node.value);
    if (name === "$" || name === "") {
      if (name === "$" || place.isRoot) this.reads.add("*");
      return;
    }
    this.found.push({ name, node, isCalled, scope: place.scope });
  }

  /** Only the first step sees the context; `$.a` and `$$.a` read one name, not all. */
  #path(steps: readonly Node[], place: Place): void {
    const [first, second] = steps;
    const isWhole = first?.type === "variable" && (first.value === "$" || (first.value === "" && place.isRoot));
    const isNarrowed = isWhole && second?.type === "name" && first.stages === undefined && first.group === undefined;
    steps.forEach((step, index) => {
      if (index === 0 && isNarrowed) return;
      if (index === 1 && isNarrowed) this.reads.add(String(step.value));
      this.visit(step, index === 0 ? place : { ...place, isRoot: false });
    });
  }

  #lambda(node: Node, place: Place): void {
    const scope: Scope = { names: new Set(), outer: place.scope };
    for (const parameter of node.arguments ?? []) scope.names.add(String(parameter.value));
    this.visit(node.body, { ...place, scope });
  }

  #call(node: Node, place: Place): void {
    const { procedure } = node;
    const name = procedure?.type === "variable" ? String(procedure.value) : "";
    if (!builtins.has(name) || namesIn(place.scope).includes(name)) this.callsValues = true;
    const callArguments = node.arguments ?? [];
    if (procedure?.type === "variable") this.#variable(procedure, place, true);
    else if (procedure?.type === "path" && procedure.steps?.length === 1 && procedure.steps[0]?.type === "name") {
      this.bareCalls.push({ name: String(procedure.steps[0].value), node });
    } else this.visit(procedure, place);
    // A call without arguments may take the context for its first.
    if (callArguments.length === 0 && place.isRoot && !/^(?:now|millis|random)$/.test(String(procedure?.value))) {
      this.reads.add("*");
    }
    this.#all(callArguments, place);
  }

  #unary(node: Node, place: Place): void {
    if (node.value === "{") return this.#pairs(node.lhs as [Node, Node][], place);
    this.#all(childrenOf(node), node.value === "[" ? { ...place, isInConstructor: true } : place);
  }

  #pairs(pairs: readonly [Node, Node][], place: Place): void {
    if (!place.isRoot) this.constructs = "nested";
    else if (this.constructs === "none") this.constructs = "root";
    if (!place.isRoot || pairs.some(([key]) => key.type !== "string")) this.hasGroups = true;
    if (pairs.some(([key]) => mayBeCalled(key))) this.makesCalledKeys = true;
    this.#all(pairs.flat(), { ...place, isInConstructor: true });
  }

  #group(pairs: readonly [Node, Node][], place: Place): void {
    this.#pairs(pairs, { ...place, isRoot: false });
  }
}

/** Works on the tree of a text with errors too, as far as the parser came. */
export function analyse(root: Node): Analysis {
  const walk = new Walk();
  walk.visit(root, { scope: { names: new Set() }, isRoot: true, isInConstructor: false });
  const uses = walk.found.flatMap(({ scope, ...use }) => {
    const bound = namesIn(scope);
    return bound.includes(use.name) ? [] : [{ ...use, bound }];
  });
  const { constructs, keepsArrays, callsValues } = walk;
  return {
    reads: [...walk.reads],
    names: new Set(walk.found.map(({ name }) => name)),
    uses,
    bareCalls: walk.bareCalls,
    types: walk.types,
    sideBySide: walk.sideBySide,
    hasGroups: walk.hasGroups,
    constructs,
    keepsArrays,
    callsValues,
    makesCalledKeys: walk.makesCalledKeys,
  };
}

/** What of this input the reference could write to. */
export function isolationOf({ constructs, keepsArrays, callsValues }: Analysis, input: unknown): Isolation {
  if (callsValues) return "everything";
  if (keepsArrays) return "all arrays";
  return constructs === "nested" || (constructs === "root" && Array.isArray(input)) ? "empty arrays" : "none";
}

function namesIn(scope: Scope): string[] {
  const names: string[] = [];
  for (let at: Scope | undefined = scope; at !== undefined; at = at.outer) names.push(...at.names);
  return names;
}
