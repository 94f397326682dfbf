import { finiteOf, shown, textOf } from "./arguments.ts";
import { definePart } from "./definition.ts";
import { offsetUnits, prefixes, unitGroups } from "./unit-table.ts";
import { measuredBy, readUnit, type Unit } from "./unit-text.ts";

/** Digits that survive a conversion: the rest is noise of binary arithmetic. */
const digits = 12;

export const units = definePart("Units", {
  convert: {
    usage: "$convert(value, from, to)",
    summary:
      "A value in another unit. Units are those of the table below, of UCUM or as data sheets write them, with prefixes (`kPa`, `uS`) and exponents, joined by `.` and `/`: `m3/h`, `m⋅s⁻¹`, `ug/m3`. Where a symbol has two meanings, the other unit decides. An unknown unit, or two that measure different things, is an error.",
    signature: "<n-ss:n>",
    needs: 3,
    call: (value: number, from: string, to: string) => convert(value, from, to),
    examples: [
      { expression: '$convert(21.5, "Cel", "[degF]")', result: 70.7 },
      { expression: '$convert(data.energy, "kWh", "MJ")', input: { data: { energy: 12.5 } }, result: 45 },
      { expression: '$convert(data.flow, "l/min", "m3/h")', input: { data: { flow: 100 } }, result: 6 },
      { expression: '$convert(1.5, "g", "m/s2")', result: 14.709975 },
    ],
  },
});

function convert(value: unknown, from: unknown, to: unknown): number {
  const given = finiteOf(value, "the value");
  const source = textOf(from, "the unit");
  const target = textOf(to, "the unit");
  const [first, second] = pairOf(source, target);
  const base = given * first.size + (first.zero ?? 0);
  const result = (base - (second.zero ?? 0)) / second.size;
  if (!Number.isFinite(result)) throw new Error(`${given} ${source} is more ${target} than a number holds`);
  return rounded(result, Math.max(Math.abs(base), second.zero ?? 0) / second.size);
}

/** The meanings of two units that measure the same. */
function pairOf(from: string, to: string): readonly [Unit, Unit] {
  const targets = readUnit(to);
  for (const source of readUnit(from)) {
    const target = targets.find(({ key }) => key === source.key);
    if (target !== undefined) return [source, target];
  }
  throw new Error(`${shown(from)} measures ${meaningsOf(from)}, and ${shown(to)} ${meaningsOf(to)}`);
}

const meaningsOf = (unit: string): string => readUnit(unit).map(measuredBy).join(" or ");

/** Rounds to the digits that the largest number on the way had. */
function rounded(value: number, largest: number): number {
  if (value === 0 || largest === 0) return value;
  const places = digits - 1 - Math.floor(Math.log10(Math.max(Math.abs(value), largest)));
  return places < 0 || places > 100 ? Number(value.toPrecision(digits)) : Number(value.toFixed(places));
}

/** Units by what they measure, as the reference lists them; `*` behind a symbol: it takes prefixes. */
export const convertibleUnits: readonly { measures: string; symbols: readonly string[] }[] = unitGroups
  .filter(({ units }) => Object.keys(units).length > 0)
  .map(({ measures, units }) => {
    const offsets = measures === "temperature" ? Object.keys(offsetUnits) : [];
    return { measures, symbols: [...Object.keys(units), ...offsets].flatMap((symbols) => symbols.split(" ")) };
  });

export const unitPrefixes: readonly string[] = Object.keys(prefixes);
