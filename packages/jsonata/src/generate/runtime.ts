// All that generated code may call, by the names it uses.
export { listReader } from "./lists.ts";
export { truthOf as truthy } from "../functions/logic.ts";
export { withValidator } from "../functions/built-ins.ts";
export { budget } from "../runtime/budget.ts";
export { made, Tail } from "../runtime/call.ts";
export { append, charge, construct, differ, fold, group, keyOf, weigh } from "../runtime/containers.ts";
export {
  binding,
  call0,
  call1,
  call2,
  call3,
  callMany,
  finished,
  hole,
  partially,
  pipe,
  reach,
  transformer,
} from "../runtime/functions.ts";
export { atHome, away, homed } from "../runtime/homes.ts";
export { arithmetic, compare, equal, isIn, joined, negative, range, text, unequal } from "../runtime/operators.ts";
export {
  flatten,
  isConstructed,
  isEmptyList,
  items,
  itemsFrom,
  itemsOfList,
  last,
  leave,
  lookup,
  lookupKept,
  read as readPath,
  readFrom,
  settleKeeping,
  settleKept,
  settleLast,
} from "../runtime/paths.ts";
export { itemsAt, pick, selects } from "../runtime/predicates.ts";
export { regexValue } from "../runtime/matcher.ts";
export { finish, finishChecked } from "../runtime/result.ts";
export {
  asCounted,
  asItems,
  collapseKept,
  keepCounted,
  keepPicked,
  keepSorted,
  lastItems,
  lastItemsKept,
  none,
  settleCounted,
  settleSorted,
} from "../runtime/sequences.ts";
export { sortBy } from "../runtime/sorts.ts";
export {
  filterAny,
  groupTuples,
  innerStream,
  listOf,
  ofShown,
  ofTuple,
  tupleFilter,
  tupleIndex,
  tupleItems,
  tuplePick,
  tuplesOf,
  tuplesOfItems,
  tuplesOfSorted,
  tupleStep,
} from "../runtime/tuples.ts";
export { descendants, wildcard } from "../runtime/wildcards.ts";
export { collapse, put } from "../runtime/values.ts";

/** What a variable holds before it is bound. */
export const unbound: unique symbol = Symbol("unbound");

export const hasOwn = Object.hasOwn;
