// Reads the text of a unit: terms such as "kPa", "m3", "s-1" or "cm^2", joined by "." or "/" (also ⋅ · *).
// A symbol may have several meanings (g: gram, and the acceleration of gravity); all are answered.
import { suggest } from "../syntax/suggest.ts";
import { shown } from "./arguments.ts";
import { type Dimension, offsetUnits, prefixes, unitGroups, words } from "./unit-table.ts";

export interface Unit {
  /** In base units. */
  size: number;
  dimension: Dimension;
  /** Two dimensions are the same when their keys are. */
  key: string;
  /** For temperatures: kelvin = value * size + zero. */
  zero?: number;
}

interface Meaning extends Unit {
  takesPrefix: boolean;
}

const longestUnit = 60;
const mostTerms = 6;
const mostKnown = 1000;

const kelvin: Dimension = { K: 1 };
const one: Unit = { size: 1, dimension: {}, key: "" };

const meanings = new Map<string, Meaning[]>();
for (const { dimension, units } of unitGroups) {
  for (const [symbols, size] of Object.entries(units)) {
    for (const written of symbols.split(" ")) {
      add(written.replace(/\*$/, ""), { size, dimension, key: keyOf(dimension), takesPrefix: written.endsWith("*") });
    }
  }
}
for (const [symbols, unit] of Object.entries(offsetUnits)) {
  for (const symbol of symbols.split(" "))
    add(symbol, { ...unit, dimension: kelvin, key: keyOf(kelvin), takesPrefix: false });
}

function add(symbol: string, meaning: Meaning): void {
  meanings.set(symbol, [...(meanings.get(symbol) ?? []), meaning]);
}

const known = new Map<string, readonly Unit[]>();

/** What a text of a unit can mean. Throws when it means nothing. */
export function readUnit(text: string): readonly Unit[] {
  const found = known.get(text);
  if (found !== undefined) return found;
  if (text.length > longestUnit) throw new Error(`there is no unit ${shown(text)}`);
  const units = parse(text);
  // Texts may come from data, and there is no end of them.
  if (known.size >= mostKnown) known.clear();
  known.set(text, units);
  return units;
}

function parse(text: string): readonly Unit[] {
  // Superscripts, the micro sign, the ohm sign and ℃ have plain twins.
  const plain = text.normalize("NFKC").replaceAll("\u2212", "-").replaceAll("μ", "u").trim();
  const alone = meanings.get(plain);
  if (alone !== undefined) return alone;
  const [first = "", ...rest] = plain.split(/([./*⋅·])/u);
  if (rest.length / 2 >= mostTerms) throw new Error(`the unit ${shown(text)} has too many parts`);
  let units: readonly Unit[] = [one];
  for (const [at, term] of [first, ...rest.filter((_, index) => index % 2 === 1)].entries()) {
    const sign = at > 0 && rest[(at - 1) * 2] === "/" ? -1 : 1;
    units = units.flatMap((unit) => readTerm(term, text).map((factor) => times(unit, factor, sign)));
  }
  return units;
}

function readTerm(term: string, text: string): readonly Unit[] {
  const whole = withPrefix(term);
  if (whole.length > 0) return whole;
  const [, symbol = "", digits = ""] = /^(.*?)\^?([+-]?\d)$/u.exec(term) ?? [];
  const powers = withPrefix(symbol).filter(({ zero }) => zero === undefined);
  if (powers.length === 0) throw new Error(unknownUnit(term, text));
  return powers.map((unit) => times(one, unit, Number(digits)));
}

function withPrefix(symbol: string): readonly Meaning[] {
  const own = meanings.get(symbol);
  if (own !== undefined) return own;
  return Object.entries(prefixes).flatMap(([prefix, size]) => {
    const rest = symbol.startsWith(prefix) ? (meanings.get(symbol.slice(prefix.length)) ?? []) : [];
    const isBinary = prefix.endsWith("i");
    return rest
      .filter(({ takesPrefix, dimension }) => {
        // Data comes in thousands and in powers of two, and never in tenths: dB is no byte.
        const isData = dimension["bit"] !== undefined;
        return takesPrefix && (isData ? size >= 1000 : !isBinary);
      })
      .map((meaning) => ({ ...meaning, size: meaning.size * size }));
  });
}

/** A unit times a power of another. A temperature's zero is lost: in a product it is a difference. */
function times(unit: Unit, factor: Unit, exponent: number): Unit {
  const dimension: Record<string, number> = { ...unit.dimension };
  for (const [base, power] of Object.entries(factor.dimension)) {
    const sum = (dimension[base] ?? 0) + power * exponent;
    if (sum === 0) delete dimension[base];
    else dimension[base] = sum;
  }
  return { size: unit.size * factor.size ** exponent, dimension, key: keyOf(dimension) };
}

function unknownUnit(term: string, text: string): string {
  const meant = suggestedFor(term);
  const whole = meant === undefined ? undefined : text.normalize("NFKC").replace(term, () => meant);
  return `there is no unit ${shown(text)}${whole === undefined ? "" : `; did you mean ${JSON.stringify(whole)}?`}`;
}

function suggestedFor(term: string): string | undefined {
  const lower = term.toLowerCase().replace(/s$/, "");
  if (Object.hasOwn(words, lower)) return words[lower];
  const meant = suggest(term, (candidates ??= everySymbol()));
  return meant !== undefined && Object.hasOwn(words, meant) ? words[meant] : meant;
}

let candidates: readonly string[] | undefined;

function everySymbol(): readonly string[] {
  const prefixed = [...meanings].flatMap(([symbol, [meaning]]) =>
    meaning?.takesPrefix === true ? Object.keys(prefixes).map((prefix) => prefix + symbol) : [],
  );
  return [...meanings.keys(), ...prefixed, ...Object.keys(words)];
}

function keyOf(dimension: Dimension): string {
  return Object.entries(dimension)
    .map(([base, power]) => `${base}${power}`)
    .toSorted()
    .join(".");
}

const measured = new Map(unitGroups.map(({ dimension, measures }) => [keyOf(dimension), measures]));

/** What a unit measures, in words: "speed", or its base units where there is no word. */
export const measuredBy = ({ key }: Unit): string => measured.get(key) ?? key;
