// The units that can be converted: symbols of UCUM, and what devices and data sheets write beside them.
// Not here: how a unit is read (unit-text.ts) and a value converted (units.ts).

/** Exponents of the base dimensions; a dimension with exponent 0 is left out. */
export type Dimension = Readonly<Record<string, number>>;

export interface UnitGroup {
  measures: string;
  dimension: Dimension;
  /** Size in the base units of the group, by symbols separated by a blank; `*` behind one: it takes prefixes. */
  units: Readonly<Record<string, number>>;
}

/** A unit whose zero lies elsewhere: it stands alone, without prefix or exponent. Kelvin = value * size + zero. */
export interface OffsetUnit {
  size: number;
  zero: number;
}

export const offsetUnits: Readonly<Record<string, OffsetUnit>> = {
  "Cel °C degC C": { size: 1, zero: 273.15 },
  "[degF] °F degF F": { size: 5 / 9, zero: 459.67 / 1.8 },
};

export const prefixes: Readonly<Record<string, number>> = {
  T: 1e12,
  G: 1e9,
  M: 1e6,
  k: 1e3,
  h: 1e2,
  d: 1e-1,
  c: 1e-2,
  m: 1e-3,
  u: 1e-6,
  n: 1e-9,
  p: 1e-12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
};

const day = 86_400;
const foot = 0.3048;
const inch = 0.0254;
const gravity = 9.80665;
const mmHg = 133.322387415;
const gallon = 3.785411784e-3;

// Apparent and reactive energy and radioactivity have the dimensions of others, and are none of them.
export const unitGroups: readonly UnitGroup[] = [
  { measures: "a ratio", dimension: {}, units: { "1": 1, "%": 0.01, "‰": 1e-3, "ppm [ppm]": 1e-6, "ppb [ppb]": 1e-9 } },
  {
    measures: "length",
    dimension: { m: 1 },
    units: {
      "m*": 1,
      "in [in_i]": inch,
      "ft [ft_i]": foot,
      "yd [yd_i]": 0.9144,
      "mi [mi_i]": 1609.344,
      "nmi [nmi_i]": 1852,
    },
  },
  { measures: "area", dimension: { m: 2 }, units: { ar: 100, ha: 1e4, "acre [acr_us]": 4046.8564224 } },
  {
    measures: "volume",
    dimension: { m: 3 },
    units: { "l* L*": 1e-3, "gal [gal_us]": gallon, "[gal_br]": 4.54609e-3 },
  },
  {
    measures: "mass",
    dimension: { kg: 1 },
    units: { "g*": 1e-3, t: 1000, "lb [lb_av]": 0.45359237, "oz [oz_av]": 0.45359237 / 16 },
  },
  {
    measures: "time",
    dimension: { s: 1 },
    units: {
      "s* sec second seconds": 1,
      "min minute minutes": 60,
      "h hour hours": 3600,
      "d D day days": day,
      "wk w week weeks": 7 * day,
      "mo mth month months": 30.4375 * day,
      "a Y year years": 365.25 * day,
    },
  },
  { measures: "temperature", dimension: { K: 1 }, units: { "K*": 1 } },
  { measures: "an angle", dimension: { rad: 1 }, units: { "rad*": 1, "deg °": Math.PI / 180 } },
  { measures: "speed of rotation", dimension: { rad: 1, s: -1 }, units: { dps: Math.PI / 180 } },
  { measures: "frequency", dimension: { s: -1 }, units: { "Hz*": 1, "rpm bpm": 1 / 60 } },
  {
    measures: "speed",
    dimension: { m: 1, s: -1 },
    units: { "kn [kn_i]": 1852 / 3600, mph: 1609.344 / 3600 },
  },
  { measures: "acceleration", dimension: { m: 1, s: -2 }, units: { "[g]* g* G*": gravity } },
  {
    measures: "flow",
    dimension: { m: 3, s: -1 },
    units: { cfm: foot ** 3 / 60, gpm: gallon / 60 },
  },
  { measures: "force", dimension: { kg: 1, m: 1, s: -2 }, units: { "N*": 1 } },
  {
    measures: "pressure",
    dimension: { kg: 1, m: -1, s: -2 },
    units: {
      "Pa*": 1,
      "bar*": 1e5,
      atm: 101_325,
      "psi [psi]": 6894.757293168361,
      mmHg,
      "m[Hg]*": mmHg * 1000,
      "inHg [in_i'Hg]": mmHg * 25.4,
      mmH2O: gravity,
      "m[H2O]*": gravity * 1000,
      "inH2O [in_i'H2O]": gravity * 25.4,
    },
  },
  {
    measures: "energy",
    dimension: { kg: 1, m: 2, s: -2 },
    units: { "J*": 1, "Wh*": 3600, "cal*": 4.184, "Btu BTU [Btu_IT]": 1055.05585262 },
  },
  { measures: "power", dimension: { kg: 1, m: 2, s: -3 }, units: { "W*": 1, "hp [HP]": 745.6998715822702 } },
  { measures: "apparent power", dimension: { VA: 1 }, units: { "VA*": 1 } },
  { measures: "apparent energy", dimension: { VA: 1, s: 1 }, units: { "VAh*": 3600 } },
  { measures: "reactive power", dimension: { var: 1 }, units: { "var* VAR*": 1 } },
  { measures: "reactive energy", dimension: { var: 1, s: 1 }, units: { "varh* VARh*": 3600 } },
  { measures: "current", dimension: { A: 1 }, units: { "A*": 1 } },
  { measures: "charge", dimension: { A: 1, s: 1 }, units: { "C*": 1, "Ah*": 3600 } },
  { measures: "voltage", dimension: { kg: 1, m: 2, s: -3, A: -1 }, units: { "V*": 1 } },
  { measures: "resistance", dimension: { kg: 1, m: 2, s: -3, A: -2 }, units: { "Ohm* ohm* Ω*": 1 } },
  { measures: "conductance", dimension: { kg: -1, m: -2, s: 3, A: 2 }, units: { "S*": 1 } },
  { measures: "capacitance", dimension: { kg: -1, m: -2, s: 4, A: 2 }, units: { "F*": 1 } },
  { measures: "magnetic field", dimension: { kg: 1, s: -2, A: -1 }, units: { "T*": 1, "G* gauss": 1e-4 } },
  { measures: "light", dimension: { lm: 1 }, units: { "lm*": 1 } },
  { measures: "illuminance", dimension: { lm: 1, m: -2 }, units: { "lx*": 1, fc: 1 / foot ** 2 } },
  { measures: "amount of substance", dimension: { mol: 1 }, units: { "mol*": 1 } },
  { measures: "radioactivity", dimension: { Bq: 1 }, units: { "Bq*": 1, "Ci*": 3.7e10 } },
  { measures: "an amount of data", dimension: { bit: 1 }, units: { "bit*": 1, "B* By*": 8 } },
  { measures: "a rate of data", dimension: { bit: 1, s: -1 }, units: { "bps*": 1 } },
  // Made of others; named for messages.
  { measures: "concentration", dimension: { kg: 1, m: -3 }, units: {} },
  { measures: "conductivity", dimension: { kg: -1, m: -3, s: 3, A: 2 }, units: {} },
  { measures: "irradiance", dimension: { kg: 1, s: -3 }, units: {} },
];

/** What is often written for a unit, and its symbol. */
export const words: Readonly<Record<string, string>> = {
  celsius: "Cel",
  fahrenheit: "[degF]",
  kelvin: "K",
  percent: "%",
  meter: "m",
  metre: "m",
  inch: "in",
  feet: "ft",
  foot: "ft",
  mile: "mi",
  knot: "kn",
  kph: "km/h",
  kmh: "km/h",
  gram: "g",
  tonne: "t",
  pound: "lb",
  ounce: "oz",
  liter: "l",
  litre: "l",
  gallon: "gal",
  pascal: "Pa",
  watt: "W",
  joule: "J",
  volt: "V",
  ampere: "A",
  degree: "deg",
  lux: "lx",
  lumen: "lm",
  byte: "B",
  hertz: "Hz",
  hr: "h",
};
