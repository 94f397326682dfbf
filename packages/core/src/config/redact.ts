// Takes secrets out of texts, in whatever form they stand there: as they are written, as JSON, a URL, HTML or YAML would
// write them, in base64, and cut off. Not here: what is a secret (secrets.ts).

/** Values shorter than this are redacted only where they stand alone: `1` or `on` would tear up every text. */
const shortLength = 6;
/** Base64 of fewer bytes is too short to be told from other text. */
const fewestBytes = 5;
/** What is left of a secret before the `…` of a text that was cut; less tells nobody anything. */
const shortestBeginning = 4;

const redacted = "[redacted]";

/** A function that replaces every secret in a text by `[redacted]`, in any of the forms named above. */
export function redact(secrets: Iterable<string>): (text: string) => string {
  // What stands around a key in its file gets lost on its way.
  const texts = [...new Set([...secrets].map((secret) => secret.trim()))].filter((secret) => secret !== "");
  if (texts.length === 0) return (text) => text;
  // The longest first: a secret may hold another one.
  const known = texts.sort((a, b) => b.length - a.length).map(secretOf);
  const always = known.filter(({ anchors }) => anchors.length === 0);
  const anchored = new RegExp(known.flatMap(({ anchors }) => anchors).join("|") || "(?!)");
  const hideCut = hideBeginnings(known.flatMap(({ beginnings }) => beginnings));
  return (text) => {
    // Patterns are large and slow, and most texts need none.
    const found = anchored.test(text) ? known.filter((each) => isNear(each, text)) : always;
    return hideCut(found.reduce((left, { pattern }) => left.replace(pattern, redacted), text));
  };
}

interface Secret {
  /** All its forms. */
  readonly pattern: RegExp;
  /** Of these, all its forms hold one as it is; none where there is no such thing. */
  readonly anchors: readonly string[];
  /** Its forms, as far as they can be cut. */
  readonly beginnings: readonly string[];
}

function secretOf(text: string): Secret {
  const encoded = base64Of(text);
  const anchors = [text, ...encoded].map(anchorOf);
  return {
    pattern: new RegExp([patternOf(text), ...encoded.map(base64Pattern)].join("|"), "g"),
    anchors: anchors.includes("") || text.length < shortLength ? [] : anchors,
    beginnings: [...writtenForms(text), ...encoded],
  };
}

/** The longest of what nobody writes otherwise, or nothing where that is short. */
function anchorOf(text: string): string {
  const runs = text.match(/\w{4,24}/g) ?? [];
  return runs.reduce((longest, run) => (run.length > longest.length ? run : longest), "");
}

function isNear({ anchors }: Secret, text: string): boolean {
  return anchors.length === 0 || anchors.some((anchor) => text.includes(anchor));
}

/** JSON without its secrets, in keys and values, and still JSON. */
export function redactJson(json: string, hide: (text: string) => string): string {
  // Most of what is told holds none: then looking once at all of it is enough.
  return hide(json) === json ? json : JSON.stringify(withoutSecrets(JSON.parse(json), hide));
}

function withoutSecrets(value: unknown, hide: (text: string) => string): unknown {
  if (typeof value === "string") return hide(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => withoutSecrets(each, hide));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [hide(key), withoutSecrets(each, hide)]));
}

// ---- forms of a character --------------------------------------------------------------------------------------------

/** Text in JSON in text in JSON: so many backslashes are looked for. Bounded, as the texts are anybody's. */
const escapes = "\\\\{1,15}";

const blanks = `(?:\\s|\\+|${escapes}[nrt]|%(?:25){0,3}(?:20|0[aAdD9])){1,99}`;

function patternOf(secret: string): string {
  const parts = secret.match(/\\+|[ \t\r\n]+|[\s\S]/gu) ?? [];
  const pattern = parts.map(partPattern).join("");
  return secret.length >= shortLength ? pattern : `(?<![A-Za-z0-9_])${pattern}(?![A-Za-z0-9_])`;
}

function partPattern(part: string): string {
  if (/^\w$/.test(part)) return part;
  const encoded = [...Buffer.from(part)].map((byte) => `%(?:25){0,3}${hexPattern(byte, 2)}`).join("");
  if (part.startsWith("\\")) return `(?:\\\\{${part.length},${part.length * 15}}|${encoded})`;
  // YAML may have indented what follows a line break, and excerpts are in one line.
  if (/^\s/.test(part)) return blanks;
  const unicode = part
    .split("")
    .map((unit) => `${escapes}u${hexPattern(unit.charCodeAt(0), 4)}`)
    .join("");
  return `(?:${[literal(part), unicode, encoded, ...(others[part] ?? [])].join("|")})`;
}

const others: Readonly<Record<string, readonly string[]>> = {
  '"': [`${escapes}"`, "&quot;"],
  "'": ["''", "&#39;"],
  "/": [`${escapes}\\/`],
  "&": ["&amp;"],
  "<": ["&lt;"],
  ">": ["&gt;"],
};

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

function hexPattern(value: number, digits: number): string {
  const hex = value.toString(16).padStart(digits, "0");
  return hex.replaceAll(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

// ---- base64 ----------------------------------------------------------------------------------------------------------

/**
 * What stands in the base64 of any text that holds the secret, as the `user:password` of basic authentication does: it
 * depends on how many bytes come before. Characters that hold bits of a neighbour, too, are left out.
 */
function base64Of(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  if (bytes.length < fewestBytes) return [];
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
}

function base64Pattern(core: string): string {
  const pattern = core.replaceAll("+", "(?:[+-]|%2[bB])").replaceAll("/", `(?:${escapes}\\/|[/_]|%2[fF])`);
  // The characters left out, and what fills the last of them up.
  return `[A-Za-z0-9+/_-]?${pattern}[A-Za-z0-9+/_-]?(?:=|%3[dD]){0,2}`;
}

// ---- what is cut off -------------------------------------------------------------------------------------------------

const cuts = /(…|\.{3})/;

/** A function that takes out how these texts begin where a text says that it was cut. */
function hideBeginnings(texts: readonly string[]): (text: string) => string {
  const forms = [...new Set(texts)].filter(({ length }) => length > shortestBeginning);
  if (forms.length === 0) return (text) => text;
  const longest = Math.max(...forms.map(({ length }) => length));
  const heads = new Set(forms.map((form) => form.slice(0, shortestBeginning)));
  // Seen ahead, as one may begin within another.
  const head = new RegExp(`(?=${[...heads].map(literal).join("|")})`, "g");
  const withoutEnd = (text: string): string => {
    const from = Math.max(0, text.length - longest);
    for (const { index } of text.slice(from).matchAll(head)) {
      const end = text.slice(from + index);
      if (forms.some((form) => form.startsWith(end))) return `${text.slice(0, from + index)}${redacted}`;
    }
    return text;
  };
  return (text) => {
    if (!cuts.test(text)) return text;
    const parts = text.split(cuts);
    // Every other part is a cut, and nothing is cut behind the last one.
    return parts.map((part, at) => (at % 2 === 1 || at === parts.length - 1 ? part : withoutEnd(part))).join("");
  };
}

/** As it is, in one line, and as JSON and URLs write it, also those within others. */
function writtenForms(secret: string): readonly string[] {
  const plain = [secret, secret.replaceAll(/\s+/g, " ")];
  return plain.flatMap((text) => [...nested(text, jsonEscaped, 4), ...nested(text, percentEncoded, 2)]);
}

function nested(text: string, encode: (text: string) => string, times: number): readonly string[] {
  const encoded = encode(text);
  return times === 0 || encoded === text ? [text] : [text, ...nested(encoded, encode, times - 1)];
}

function jsonEscaped(secret: string): string {
  return JSON.stringify(secret).slice(1, -1);
}

function percentEncoded(secret: string): string {
  try {
    return encodeURIComponent(secret);
  } catch {
    return secret; // a lone surrogate cannot be encoded
  }
}
