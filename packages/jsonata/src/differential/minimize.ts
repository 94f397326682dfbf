// Makes an expression that shows a difference, and its input, smaller while the difference stays.
type Still = (text: string, input: unknown) => Promise<boolean>;

export interface Shown {
  text: string;
  input: unknown;
}

const mostAttempts = 1500;

/** The smallest text and input found on which `still` holds. It holds on what is given. */
export async function minimize(shown: Shown, still: Still): Promise<Shown> {
  let left = mostAttempts;
  const holds: Still = async (text, input) => left-- > 0 && (await still(text, input));
  let { text, input } = shown;
  for (let before = ""; before !== text + JSON.stringify(input);) {
    before = text + JSON.stringify(input);
    text = await smallerText(text, (candidate) => holds(candidate, input));
    input = await smallerInput(input, (candidate) => holds(text, candidate));
  }
  return { text, input };
}

const tokenPattern =
  /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|\/\*[^]*?\*\/|(?<=[(,] ?)\/(?:\\.|[^/\n\\])+\/[im]*|\$?[\p{L}_][\p{L}\p{N}_]*|\d+(?:\.\d+)?(?:e\d+)?|:=|\.\.|!=|>=|<=|\*\*|~>|\?[?:]|\s+|[^]/gu;

async function smallerText(text: string, holds: (text: string) => Promise<boolean>): Promise<string> {
  let tokens: string[] = text.match(tokenPattern) ?? [];
  search: for (;;) {
    for (const candidate of candidatesOf(tokens)) {
      if (candidate.length >= tokens.length && candidate.join("").length >= tokens.join("").length) continue;
      if (!(await holds(candidate.join("")))) continue;
      tokens = candidate;
      continue search;
    }
    return tokens.join("");
  }
}

/** Smaller lists of tokens, the boldest first: one group alone, without a group, without some neighbours. */
function* candidatesOf(tokens: readonly string[]): Generator<string[]> {
  const groups = groupsOf(tokens);
  for (const [open, close] of groups) {
    yield tokens.slice(open + 1, close);
    yield tokens.slice(open, close + 1);
  }
  for (const [open, close] of groups) {
    yield [...tokens.slice(0, open), ...tokens.slice(close + 1)];
    yield [...tokens.slice(0, open), ...tokens.slice(open + 1, close), ...tokens.slice(close + 1)];
    yield [...tokens.slice(0, open), "1", ...tokens.slice(close + 1)];
  }
  for (let size = tokens.length >> 1; size >= 1; size = size > 8 ? size >> 1 : size - 1) {
    for (let at = 0; at + size <= tokens.length; at += size > 8 ? size >> 1 : 1) {
      yield [...tokens.slice(0, at), ...tokens.slice(at + size)];
    }
  }
  for (const [at, token] of tokens.entries()) {
    if (/^["'`\d$\p{L}]/u.test(token) && token.length > 1) yield tokens.with(at, "1");
  }
}

/** Where brackets open and close, as indexes of tokens; the longest first. */
function groupsOf(tokens: readonly string[]): [number, number][] {
  const open: number[] = [];
  const groups: [number, number][] = [];
  for (const [at, token] of tokens.entries()) {
    if (/^[([{]$/.test(token)) open.push(at);
    if (!/^[)\]}]$/.test(token)) continue;
    const start = open.pop();
    if (start !== undefined) groups.push([start, at]);
  }
  return groups.sort((a, b) => b[1] - b[0] - (a[1] - a[0]));
}

async function smallerInput(input: unknown, holds: (input: unknown) => Promise<boolean>): Promise<unknown> {
  let best = input;
  search: for (;;) {
    for (const candidate of smaller(best)) {
      if (!(await holds(candidate))) continue;
      best = candidate;
      continue search;
    }
    return best;
  }
}

/** Smaller values, the boldest first. */
function* smaller(value: unknown): Generator {
  if (value === undefined) return;
  if (typeof value !== "object" || value === null) {
    if (value !== 1) yield 1;
    return;
  }
  yield undefined;
  yield* Object.values(value);
  for (const key of Object.keys(value)) yield without(value, key);
  for (const [key, inner] of Object.entries(value)) {
    for (const candidate of smaller(inner)) if (candidate !== undefined) yield replaced(value, key, candidate);
  }
}

function without(holder: object, key: string): unknown {
  if (Array.isArray(holder)) return (holder as unknown[]).toSpliced(Number(key), 1);
  return Object.fromEntries(Object.entries(holder).filter(([name]) => name !== key));
}

function replaced(holder: object, key: string, value: unknown): unknown {
  if (Array.isArray(holder)) return (holder as unknown[]).with(Number(key), value);
  return Object.fromEntries(
    Object.entries(holder).map(([name, old]): [string, unknown] => [name, name === key ? value : old]),
  );
}
