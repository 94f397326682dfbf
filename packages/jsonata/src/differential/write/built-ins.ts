// What the built-in functions take and give, as far as writing calls of them needs it.
import * as literals from "./literals.ts";
import type { Kind } from "./scope.ts";

/** What an argument may be: a kind of expression, a ready text, or a function. */
export type Given =
  | Kind
  | "key"
  | "regex"
  | "pattern"
  | "replacement"
  | "iso"
  | "millis"
  | "date picture"
  | "zone"
  | "number picture"
  | "integer picture"
  | "small"
  | "options"
  | "url"
  | "items -> any"
  | "items -> boolean"
  | "pair -> any"
  | "below";

export interface Row {
  name: string;
  /** Arguments; one that ends with "?" may be left out, with those behind it. */
  takes: readonly (Given | `${Given}?`)[];
  weight?: number;
}

export const rows: Readonly<Partial<Record<Kind, readonly Row[]>>> = {
  number: [
    { name: "round", takes: ["number", "small?"], weight: 3 },
    { name: "floor", takes: ["number"] },
    { name: "ceil", takes: ["number"] },
    { name: "abs", takes: ["number"], weight: 2 },
    { name: "sqrt", takes: ["number"] },
    { name: "power", takes: ["number", "small"] },
    { name: "number", takes: ["text"] },
    { name: "number", takes: ["number"] },
    { name: "number", takes: ["boolean"] },
    { name: "length", takes: ["text"], weight: 2 },
    { name: "parseInteger", takes: ["text", "integer picture"], weight: 0.5 },
    { name: "toMillis", takes: ["iso", "date picture?"], weight: 0.7 },
    { name: "lookup", takes: ["object", "key"] },
  ],
  text: [
    { name: "string", takes: ["any"], weight: 3 },
    { name: "string", takes: ["object", "boolean"], weight: 0.3 },
    { name: "uppercase", takes: ["text"], weight: 2 },
    { name: "lowercase", takes: ["text"], weight: 2 },
    { name: "trim", takes: ["text"] },
    { name: "substring", takes: ["text", "small", "small?"], weight: 2 },
    { name: "substringBefore", takes: ["text", "pattern"], weight: 2 },
    { name: "substringAfter", takes: ["text", "pattern"], weight: 2 },
    { name: "pad", takes: ["text", "small", "text?"] },
    { name: "join", takes: ["texts", "text?"], weight: 3 },
    { name: "replace", takes: ["text", "pattern", "replacement", "small?"], weight: 2 },
    { name: "replace", takes: ["text", "regex", "replacement", "small?"], weight: 2 },
    { name: "formatNumber", takes: ["number", "number picture", "options?"] },
    { name: "formatBase", takes: ["number", "small?"] },
    { name: "formatInteger", takes: ["number", "integer picture"] },
    { name: "fromMillis", takes: ["millis", "date picture?", "zone?"] },
    { name: "base64encode", takes: ["text"] },
    { name: "base64decode", takes: ["text"], weight: 0.5 },
    { name: "encodeUrlComponent", takes: ["text"], weight: 0.5 },
    { name: "encodeUrl", takes: ["text"], weight: 0.5 },
    { name: "decodeUrlComponent", takes: ["url"], weight: 0.5 },
    { name: "decodeUrl", takes: ["url"], weight: 0.5 },
    { name: "type", takes: ["any"], weight: 2 },
  ],
  boolean: [
    { name: "contains", takes: ["text", "pattern"] },
    { name: "contains", takes: ["text", "regex"] },
    { name: "exists", takes: ["any"], weight: 2 },
    { name: "not", takes: ["boolean"] },
    { name: "boolean", takes: ["any"] },
  ],
  object: [
    { name: "merge", takes: ["objects"] },
    { name: "sift", takes: ["object", "pair -> any"] },
    { name: "lookup", takes: ["object", "key"], weight: 0.3 },
    { name: "clone", takes: ["object"], weight: 0.2 },
    { name: "single", takes: ["objects", "items -> boolean"] },
  ],
  list: [
    { name: "map", takes: ["list", "items -> any"], weight: 2 },
    { name: "filter", takes: ["list", "items -> boolean"], weight: 2 },
    { name: "each", takes: ["object", "pair -> any"] },
    { name: "append", takes: ["list", "any"] },
    { name: "reverse", takes: ["list"] },
    { name: "sort", takes: ["list", "below?"] },
    { name: "distinct", takes: ["list"] },
    { name: "zip", takes: ["list", "list", "list?"] },
    { name: "spread", takes: ["any"] },
    { name: "keys", takes: ["any"] },
    { name: "match", takes: ["text", "regex", "small?"] },
    { name: "lookup", takes: ["objects", "key"] },
  ],
  texts: [
    { name: "keys", takes: ["object"], weight: 2 },
    { name: "split", takes: ["text", "pattern", "small?"] },
    { name: "split", takes: ["text", "regex", "small?"] },
    { name: "sort", takes: ["texts"] },
    { name: "distinct", takes: ["texts"] },
    { name: "reverse", takes: ["texts"] },
  ],
  numbers: [
    { name: "sort", takes: ["numbers", "below?"] },
    { name: "distinct", takes: ["numbers"] },
    { name: "append", takes: ["numbers", "number"] },
    { name: "reverse", takes: ["numbers"] },
    { name: "lookup", takes: ["objects", "key"] },
  ],
  objects: [
    { name: "spread", takes: ["object"] },
    { name: "match", takes: ["text", "regex", "small?"] },
    { name: "filter", takes: ["objects", "items -> boolean"] },
    { name: "sort", takes: ["objects", "below"] },
    { name: "append", takes: ["objects", "object"] },
    { name: "distinct", takes: ["objects"] },
  ],
};

export const aggregates: readonly Row[] = [
  { name: "sum", takes: ["numbers"], weight: 2 },
  { name: "count", takes: ["list"], weight: 2 },
  { name: "max", takes: ["numbers"] },
  { name: "min", takes: ["numbers"] },
  { name: "average", takes: ["numbers"] },
];

/** Arguments that stand ready. */
export const ready: Partial<Record<Given, readonly string[]>> = {
  key: literals.keyTexts,
  regex: literals.regexes,
  pattern: ['"/"', '"-"', '"a"', '""', '" "', '"e"', '"00"', '"."'],
  replacement: [
    ...literals.replacements,
    "function($m) { $uppercase($m.match) }",
    'function($m) { "[" & $m.groups[0] & "]" }',
  ],
  millis: literals.millis,
  "date picture": literals.datePictures,
  zone: literals.zones,
  "number picture": literals.numberPictures,
  "integer picture": literals.integerPictures,
  small: ["0", "1", "2", "3", "5", "-1", "-3", "10", "1.5", "16", "12"],
  options: ['{"decimal-separator": ","}', '{"zero-digit": "٠"}', '{"percent": "pc"}', "{}"],
  url: ['"%C3%A9"', '"a%20b"', '"%"', '"%ZZ"', '"?q=1"'],
  below: [
    "function($a, $b) { $a > $b }",
    "function($a, $b) { $string($a) < $string($b) }",
    "function($a, $b) { true }",
    "$max",
  ],
};
