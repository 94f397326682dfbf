// The syntax tree that the reference's parser gives, as types. `position` is the offset just behind a node's token.

interface At {
  position?: number;
  /** `x[0]` on what is no step of a path. */
  predicate?: Filter[];
  /** `x{key: value}` on what is no path. */
  group?: Group;
  /** `x[]`: a sequence of one stays an array. */
  keepArray?: boolean;
}

/** What a node may carry as a step of a path. */
interface Step extends At {
  stages?: (Filter | Index)[];
  /** `@$name` and `#$name`. */
  focus?: string;
  index?: string;
  /** Its items have names for what they came from: a step of a tuple stream. */
  tuple?: boolean;
  /** The label under which `%` finds the item this step started from. */
  ancestor?: { label: string };
}

export interface Filter {
  type: "filter";
  expr: Ast;
  position?: number;
}

export interface Index {
  type: "index";
  value: string;
}

export interface Group {
  lhs: [Ast, Ast][];
  position?: number;
}

export interface Path extends Step {
  type: "path";
  steps: Ast[];
  keepSingletonArray?: boolean;
}
export interface Name extends Step {
  type: "name";
  value: string;
}
export interface Literal extends Step {
  type: "string" | "number" | "value";
  value: string | number | boolean | null;
}
export interface Binary extends Step {
  type: "binary";
  value: "+" | "-" | "*" | "/" | "%" | "=" | "!=" | "<" | "<=" | ">" | ">=" | "&" | ".." | "in" | "and" | "or";
  lhs: Ast;
  rhs: Ast;
}
export interface Minus extends Step {
  type: "unary";
  value: "-";
  expression: Ast;
}
export interface ArrayConstructor extends Step {
  type: "unary";
  value: "[";
  expressions: Ast[];
  consarray?: boolean;
}
export interface ObjectConstructor extends Step {
  type: "unary";
  value: "{";
  lhs: [Ast, Ast][];
}
export interface Plain extends Step {
  type: "wildcard" | "descendant";
}
export interface Parent extends Step {
  type: "parent";
  slot: { label: string };
}
export interface Condition extends Step {
  type: "condition";
  condition: Ast;
  then: Ast;
  else?: Ast;
}
export interface Block extends Step {
  type: "block";
  expressions: Ast[];
  /** It starts with an array constructor. */
  consarray?: boolean;
}
export interface Bind extends Step {
  type: "bind";
  lhs: Variable;
  rhs: Ast;
}
export interface Regex extends Step {
  type: "regex";
  value: RegExp;
}
export interface Variable extends Step {
  type: "variable";
  value: string;
}
export interface Call extends Step {
  type: "function" | "partial";
  procedure: Ast;
  arguments: Ast[];
}
/** The `?` of a partial application. */
export interface Hole extends Step {
  type: "operator";
  value: "?";
}
export interface Validator {
  validate: (args: unknown[], context: unknown) => unknown[];
}
export interface Lambda extends Step {
  type: "lambda";
  arguments: Variable[];
  body: Ast;
  signature?: Validator;
  /** Stands for a call in tail position: `body` is that call. */
  thunk?: boolean;
}
export interface Apply extends Step {
  type: "apply";
  lhs: Ast;
  rhs: Ast;
}
export interface Transform extends Step {
  type: "transform";
  pattern: Ast;
  update: Ast;
  delete?: Ast;
}
export interface Sort extends Step {
  type: "sort";
  terms: { descending: boolean; expression: Ast }[];
}

export type Ast =
  | Path
  | Name
  | Literal
  | Binary
  | Minus
  | ArrayConstructor
  | ObjectConstructor
  | Plain
  | Parent
  | Condition
  | Block
  | Bind
  | Regex
  | Variable
  | Call
  | Hole
  | Lambda
  | Apply
  | Transform
  | Sort;
