// Which JavaScript name a `$variable` has where it stands. A frame belongs to a block, a lambda or the whole expression,
// as in the reference; `:=` binds in the nearest one, at the moment it is evaluated, not before.
import type { Operand } from "./code.ts";

export interface Variable {
  readonly js: string;
  /** Bound when its frame opens, such as a parameter. */
  readonly isBound: boolean;
  /** Bound at one place only, once each time its frame opens. */
  readonly isStable: boolean;
  operand?: Operand;
}

export interface Frame {
  readonly variables: Map<string, Variable>;
  readonly outer: Frame | undefined;
  /** The JavaScript name of the tuple whose names come first here, in a step of a tuple stream. */
  readonly tuple?: { readonly js: string; readonly names: ReadonlySet<string> };
}

/** The key of a name in a tuple. */
export const tupleName = (name: string): string => `$${name}`;

export const openFrame = (outer: Frame | undefined, tuple?: Frame["tuple"]): Frame => ({
  variables: new Map(),
  outer,
  ...(tuple === undefined ? {} : { tuple }),
});

/** Whether a name is bound anywhere around: then it is not the built-in function of that name. */
export function isShadowed(frame: Frame | undefined, name: string): boolean {
  for (let at = frame; at !== undefined; at = at.outer) {
    if (at.variables.has(name) || at.tuple?.names.has(name) === true) return true;
  }
  return false;
}
