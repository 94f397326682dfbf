// Units by text and options, so that the same expression in many pipelines is parsed and compiled once.
import type { Limits } from "./limits.ts";
import { Unit, type Functions } from "./unit.ts";

/** Units kept for reuse; those in use stay alive with their expressions in any case. */
const mostUnits = 10_000;
const noFunctions: Functions = {};

const byFunctions = new WeakMap<Functions, Map<string, Unit>>();

/** @throws what the parser throws */
export function unitOf(text: string, limits: Readonly<Limits>, functions: Functions = noFunctions): Unit {
  let units = byFunctions.get(functions);
  if (units === undefined) byFunctions.set(functions, (units = new Map()));
  const key = `${limits.timeMs} ${limits.depth} ${limits.sequence} ${limits.outputBytes} ${text}`;
  let unit = units.get(key);
  if (unit === undefined) {
    unit = new Unit(text, limits, functions);
    const [oldest] = units.keys();
    if (units.size >= mostUnits && oldest !== undefined) units.delete(oldest);
    units.set(key, unit);
  }
  return unit;
}
