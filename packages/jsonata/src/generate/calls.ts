// Functions: calls, lambdas, partial application, `~>`.
import type { Apply, Ast, Call, Lambda } from "../syntax/ast.ts";
import type { BuiltIn } from "../functions/built-ins.ts";
import { builtins } from "../reference/reference.ts";
import { operand, type Kind, type Lines, type Operand } from "./code.ts";
import { textOf } from "./code.ts";
import type { Generator } from "./generator.ts";
import { inlined } from "./higher-order.ts";
import { isClosed } from "./outline.ts";
import { branch, deeper, type Place } from "./place.ts";
import { isShadowed, openFrame } from "./scope.ts";
import { lambdaBody } from "./variables.ts";
import { guaranteedDepth } from "./depth.ts";

/** The function a call names, when that is certain now. */
export function builtInOf(g: Generator, procedure: Ast, place: Place): BuiltIn | undefined {
  if (procedure.type !== "variable" || procedure.predicate !== undefined || procedure.group !== undefined)
    return undefined;
  const { value: name } = procedure;
  if (isShadowed(place.frame, name) || g.given.hidden.has(name)) return undefined;
  return g.given.functions.get(name);
}

/** A call; `first` is what `~>` puts before the arguments. */
export function call(g: Generator, node: Call, place: Place, first?: Operand): Operand {
  const builtIn = builtInOf(g, node.procedure, place);
  if (builtIn !== undefined) {
    const done = inlined(g, { node, builtIn, first, place });
    if (done !== undefined) return done;
  }
  const callee = builtIn === undefined ? g.value(node.procedure, deeper(place)) : undefined;
  const args = node.arguments.map((argument) => g.value(argument, deeper(place)));
  if (first !== undefined) args.unshift(first);
  if (builtIn !== undefined) return callBuiltIn(g, { builtIn, args, node, place });
  const js = callee?.js ?? "undefined";
  const isLast = place.isTail && first === undefined;
  const list = isLast ? args.map((argument) => argument.js) : handed(g, args, "away");
  if (isLast) {
    return operand(g.name(place.out, "t", `new ${g.helper("Tail")}(${js}, [${list.join(", ")}])`));
  }
  const helper = list.length < 4 ? g.helper(`call${list.length}`) : g.helper("callMany");
  const given = list.length < 4 ? list.map((argument) => `, ${argument}`).join("") : `, [${list.join(", ")}]`;
  g.called(place.out, node);
  const result = g.name(place.out, "t", `${helper}(${js}, ${place.depth}, ${place.context.js}${given})`);
  if (place.isRaw) return operand(result);
  const collapsed = node.keepArray === true ? "collapseKept" : "collapse";
  return operand(g.name(place.out, "t", `${g.helper(collapsed)}(${result})`));
}

const kinds: Record<BuiltIn["gives"], Kind> = {
  number: "number",
  string: "string",
  boolean: "boolean",
  array: "any",
  any: "any",
};

function callBuiltIn(
  g: Generator,
  { builtIn, args, node, place }: { builtIn: BuiltIn; args: readonly Operand[]; node: Call; place: Place },
): Operand {
  const direct = builtIn.direct[args.length];
  const list = place.isTail ? handed(g, args, "atHome") : args.map(({ js }) => js);
  // What is called last has the context of whoever called the lambda.
  if (place.isTail && takesContext(builtIn.name)) {
    return operand(
      g.name(place.out, "t", `new ${g.helper("Tail")}(${g.constant(builtIn.value)}, [${list.join(", ")}])`),
    );
  }
  const context = place.context.js;
  g.called(place.out, node);
  const js =
    direct === undefined
      ? `${g.constant(builtIn.value)}.call(${[context, ...list].join(", ")})`
      : `${g.constant(direct)}(${[...list, context].join(", ")})`;
  const result = g.name(place.out, "t", js);
  const kind = kinds[builtIn.gives];
  if (kind !== "any") return operand(result, kind, { optional: true });
  // A lambda hands on what it calls last as it is.
  if (place.isTail || place.isRaw) return operand(result);
  const helper = node.keepArray === true ? "collapseKept" : "collapse";
  return operand(g.name(place.out, "t", `${g.helper(helper)}(${result})`));
}

/** Arguments, of which lambdas are told how their last call is to be made. */
const handed = (g: Generator, args: readonly Operand[], how: "away" | "atHome"): string[] =>
  args.map(({ js, kind, isData }) =>
    g.hasContextEnds && !isData && (kind === "any" || kind === "function") ? `${g.helper(how)}(${js})` : js,
  );

/** An argument that is left out may be the context. */
export const takesContext = (name: string): boolean => builtins.get(name)?.signature?.definition.includes("-") === true;

export function lambda(g: Generator, node: Lambda, place: Place): Operand {
  const body: Lines = [];
  const frame = openFrame(place.frame);
  const parameters = node.arguments.map((parameter) => {
    const js = g.id("v");
    frame.variables.set(parameter.value, { js, isBound: true, isStable: true });
    return js;
  });
  g.helper("budget");
  body.push(`${g.helper("reach")}(${guaranteedDepth(node.body)});`);
  const inner: Place = {
    ...branch(place, body),
    depth: 1,
    isTail: false,
    isRaw: false,
    isPart: false,
    isRepeated: true,
    frame,
  };
  const value = lambdaBody(g, node.body, inner);
  const text = `(${parameters.join(", ")}) => {\n${textOf(body)}return ${value.js};\n}`;
  const plain = !g.hasContextEnds && isClosed(text) ? g.hoist(text) : g.name(place.out, "f", text);
  const js =
    node.signature === undefined
      ? plain
      : g.name(place.out, "f", `${g.helper("withValidator")}(${plain}, ${g.constant(node.signature)})`);
  return operand(
    g.hasContextEnds ? g.name(place.out, "f", `${g.helper("homed")}(${js}, ${place.context.js})`) : js,
    "function",
  );
}

export function partial(g: Generator, node: Call, place: Place): Operand {
  const args = node.arguments.map((argument) =>
    argument.type === "operator" ? g.helper("hole") : g.value(argument, deeper(place)).js,
  );
  const callee = g.value(node.procedure, deeper(place));
  const js = `${g.helper("partially")}(${callee.js}, [${args.join(", ")}], ${node.position ?? 0})`;
  return operand(g.name(place.out, "f", js), "function");
}

export function apply(g: Generator, node: Apply, place: Place): Operand {
  const lhs = g.value(node.lhs, deeper(place));
  if (node.rhs.type === "function") {
    const { keepArray: _, ...rhs } = node.rhs;
    const inner = { ...deeper(place), isRaw: place.isRaw };
    return call(g, node.keepArray === true ? { ...rhs, keepArray: true } : rhs, inner, lhs);
  }
  const rhs = g.value(node.rhs, deeper(place));
  g.helper("budget");
  const result = g.name(place.out, "t", `${g.helper("pipe")}(${lhs.js}, ${rhs.js}, ${node.position ?? 0})`);
  if (place.isRaw) return operand(result);
  const helper = node.keepArray === true ? g.helper("collapseKept") : g.helper("collapse");
  return operand(g.name(place.out, "t", `${helper}(${result})`));
}
