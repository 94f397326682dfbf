export { compile, type CompileOptions, type Expression } from "./compile.ts";
export { ExpressionError, type LimitCode, type Location } from "./errors.ts";
export { type FunctionDefinition } from "./reference/functions.ts";
export { defaultLimits, type Limits } from "./limits.ts";
export { pathsOf } from "./paths.ts";
export { problems, type Problem } from "./problems.ts";
export { convertibleUnits, library, type LibraryFunction, unitPrefixes } from "./library/index.ts";
