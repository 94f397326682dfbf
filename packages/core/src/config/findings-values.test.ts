import { describe, expect, test } from "vitest";
import { expectFindings, expectFindingsInEveryGuise } from "../testing/marked-findings.ts";

interface Case {
  readonly title: string;
  readonly source?: string;
  readonly http?: string;
  readonly keys?: string;
  readonly message?: RegExp | string;
  readonly suggestion?: RegExp | string;
}

function documentOf({ source, http, keys }: Case): string {
  return `name: a
source: { ${source ?? "timer: { every: 5s }"} }
sinks:
  - http: { url: "https://x", ${http ?? ""} }
${keys ?? ""}`;
}

const cases: readonly Case[] = [
  // kinds
  {
    title: "text for a number",
    http: 'port: ⟦VALUE_TYPE⟧"80"',
    message: '"port" of sink "http" must be a number, not text',
    suggestion: "without quotes: 80",
  },
  {
    title: "text for a flag",
    http: "secure: ⟦VALUE_TYPE⟧yes",
    message: '"secure" of sink "http" must be true or false, not text',
  },
  { title: "quoted true for a flag", http: 'secure: ⟦VALUE_TYPE⟧"true"', suggestion: "without quotes: true" },
  { title: "a list for a number", http: "port: ⟦VALUE_TYPE⟧[80]", message: /must be a number, not a list/ },
  { title: "text for a list", http: 'tags: ⟦VALUE_TYPE⟧"a"', suggestion: /put it in a list/ },
  { title: "text for a mapping", http: "headers: ⟦VALUE_TYPE⟧abc", message: /must be a mapping, not text/ },
  {
    title: "nothing for a number",
    http: "⟦VALUE_TYPE⟧port: , secure: true",
    message: /must be a number, not nothing/,
    suggestion: "give it a value, or leave the key out",
  },
  {
    title: "a fraction for a whole number",
    http: "port: ⟦VALUE_TYPE⟧1.5",
    message: /must be a whole number, not the number 1.5/,
  },
  { title: "infinity", http: "ratio: ⟦VALUE_TYPE⟧.inf", message: /must be a number/ },
  {
    title: "a mapping in a template",
    http: "headers: { a: ⟦VALUE_TYPE⟧{ b: c } }",
    message: '"headers.a" of sink "http" must be text, not a mapping',
    suggestion: /quote text that starts with a brace/,
  },
  // bounds and choices
  {
    title: "a number too large",
    http: "port: ⟦VALUE_INVALID⟧70000",
    message: '"port" of sink "http" must be at most 65535',
  },
  { title: "a number too small", http: "port: ⟦VALUE_INVALID⟧0", message: /must be at least 1/ },
  { title: "not a multiple", http: "ratio: ⟦VALUE_INVALID⟧0.7", message: /multiple of 0.5/ },
  {
    title: "a word that is none of the choices",
    http: "method: ⟦VALUE_INVALID⟧PSOT",
    message: '"method" of sink "http" must be one of GET, POST, PUT',
    suggestion: 'did you mean "POST"?',
  },
  { title: "a text of the wrong form", http: "code: ⟦VALUE_INVALID⟧ABC", message: /"code" of sink "http": invalid/ },
  { title: "an empty list", source: "events: { subscribe: ⟦VALUE_INVALID⟧[] }", message: /needs at least 1 entry/ },
  {
    title: "an empty name",
    keys: 'description: x\nroute: ⟦VALUE_INVALID⟧""',
    message: '"route" of the pipeline must be one of all, first',
  },
  {
    title: "an unknown form of an item",
    source: "events: { subscribe: [⟦VALUE_TYPE⟧5] }",
    message: /must be a mapping, not the number 5/,
  },
  // ids without quotes
  {
    title: "an id that is a power of ten",
    source: "events: { subscribe: [{ asset: ⟦VALUE_UNQUOTED⟧02e4567812345678 }] }",
    message: /02e4567812345678 is a number in YAML/,
    suggestion: 'quote it: "02e4567812345678"',
  },
  {
    title: "an id of digits only",
    source: "events: { subscribe: [{ tag: ⟦VALUE_UNQUOTED⟧7100000000000001 }] }",
    message: /must be text, and YAML reads the number 7100000000000001/,
    suggestion: 'quote it: "7100000000000001"',
  },
  {
    title: "an id that starts with a zero",
    source: "events: { subscribe: [{ asset: [⟦VALUE_UNQUOTED⟧0242110000000001] }] }",
    suggestion: 'quote it: "0242110000000001"',
  },
  {
    title: "an id beyond what numbers hold",
    source: "timer: { every: 5s, body: { id: ⟦VALUE_UNQUOTED⟧9200000000000000001 } }",
    message: /loses its digits/,
  },
  {
    title: "an id where anything may stand",
    source: "timer: { every: 5s, body: [{ id: ⟦VALUE_UNQUOTED⟧02e4567812345678 }] }",
  },
  { title: "true for text", http: "code: ⟦VALUE_UNQUOTED⟧true", suggestion: 'quote it: "true"' },
  { title: "a number in a template", http: "headers: { a: ⟦VALUE_UNQUOTED⟧5 }", suggestion: 'quote it: "5"' },
  // durations, sizes, times
  {
    title: "a duration without a unit",
    http: "keep: ⟦DURATION_INVALID⟧30",
    message: '"keep" of sink "http" has no unit',
    suggestion: "write 30s, 30ms ...",
  },
  {
    title: "a duration of another language",
    http: "keep: ⟦DURATION_INVALID⟧5 minutes",
    message: /"5 minutes" is not a duration/,
    suggestion: /write 500ms/,
  },
  { title: "a negative duration", http: "keep: ⟦DURATION_INVALID⟧-5s" },
  { title: "a size without a unit", http: "bodyLimit: ⟦SIZE_INVALID⟧1000", suggestion: "write 1000kB" },
  { title: "a size of another language", http: "bodyLimit: ⟦SIZE_INVALID⟧1M", message: /"1M" is not a size/ },
  {
    title: "a bad cron expression",
    source: 'timer: { cron: ⟦CRON_INVALID⟧"61 * * * *" }',
    message: /"61 \* \* \* \*" is not a cron expression/,
  },
  { title: "a bad time zone", source: "timer: { every: 5s, timezone: ⟦TIMEZONE_INVALID⟧Mars/Base }" },
  {
    title: "two fields of which one is needed",
    source: 'timer: ⟦VALUE_INVALID⟧{ every: 5s, cron: "* * * * *" }',
    message: 'source "timer": exactly one of every and cron is needed',
  },
  { title: "none of the fields of which one is needed", source: "timer: ⟦VALUE_INVALID⟧{}" },
  // the pipeline's own keys
  {
    title: "a bad limit",
    keys: "limits: { time: ⟦DURATION_INVALID⟧1, depth: ⟦VALUE_INVALID⟧1 }",
    message: /"limits.(time|depth)" of the pipeline/,
  },
  { title: "a bad number in flight", keys: "maxInFlight: ⟦VALUE_INVALID⟧0" },
  {
    title: "a breaker, a limit and a bound that cannot be",
    keys: "    breaker: { failures: ⟦VALUE_INVALID⟧0, openFor: ⟦VALUE_INVALID⟧0s }\n    maxInFlight: ⟦VALUE_INVALID⟧0\n    parked: { count: ⟦VALUE_INVALID⟧0, bytes: ⟦SIZE_INVALID⟧much }",
  },
  {
    title: "a breaker whose longest time is the shorter one",
    keys: "    breaker: { openFor: 5s, maxOpenFor: ⟦VALUE_INVALID⟧1s }",
    message: /must not be shorter than `openFor`/,
  },
  {
    title: "bad common keys",
    keys: "    retry: { attempts: ⟦VALUE_TYPE⟧x, backoff: ⟦DURATION_INVALID⟧y }\n    timeout: ⟦VALUE_INVALID⟧0s\n    batch: { count: ⟦VALUE_INVALID⟧0, ⟦FIELD_UNKNOWN⟧size: 5 }",
  },
  // variables
  {
    title: "a missing variable",
    http: 'code: "⟦VARIABLE_MISSING⟧${NOPE}"',
    message: "the environment variable NOPE is not set",
    suggestion: "set it, or give a default: ${NOPE:-default}",
  },
  {
    title: "two missing variables in one text",
    http: 'code: "😀 ⟦VARIABLE_MISSING⟧${NOPE} ${SET} ⟦VARIABLE_MISSING⟧${NADA}"',
  },
  {
    title: "a missing variable in a template, beside a hole",
    http: 'headers: { a: "{{ x }} ⟦VARIABLE_MISSING⟧${NOPE}" }',
  },
  { title: "a missing variable in single quotes, behind a quote", http: "code: 'it''s ⟦VARIABLE_MISSING⟧${NOPE}'" },
  { title: "a missing variable behind escapes", http: 'code: "\\u0041\\t\\U0001F600⟦VARIABLE_MISSING⟧${NOPE}"' },
  { title: "a missing variable in vars", keys: 'vars: { a: [{ b: "⟦VARIABLE_MISSING⟧${NOPE}" }] }' },
  {
    title: "a missing variable in a folded text",
    keys: "description: >\n  one\n  two\n\n  three ⟦VARIABLE_MISSING⟧${NOPE}\n",
  },
  {
    title: "a missing variable in a plain text of two lines",
    keys: "description: one\n  two ⟦VARIABLE_MISSING⟧${NOPE} three\n",
  },
  {
    title: "a variable without its brace",
    keys: "description: a ⟦VARIABLE_SYNTAX⟧${NOPE\n",
    message: "${NOPE is not a variable",
  },
  { title: "a variable with a bad name", http: 'code: "⟦VARIABLE_SYNTAX⟧${NO PE}"', suggestion: /\$\$\{/ },
  {
    title: "a missing file",
    http: 'token: "⟦VARIABLE_MISSING⟧${file:secrets/none}"',
    message: "the file secrets/none cannot be read",
  },
  {
    title: "a variable whose value is no number",
    http: 'port: ⟦VALUE_TYPE⟧"${SET}"',
    message: /must be a number, not the value of its variable/,
  },
  {
    title: "a variable whose value is no duration",
    http: 'keep: ⟦DURATION_INVALID⟧"${SET}"',
    message: /"\$\{SET\}" is not a duration/,
  },
  // templates
  {
    title: "a hole without an end",
    http: 'headers: { a: "abc ⟦TEMPLATE_SYNTAX⟧{{ x " }',
    message: "this {{ has no }}",
  },
  {
    title: "an empty hole",
    http: 'headers: { a: "⟦TEMPLATE_SYNTAX⟧{{ }}" }',
    message: "there is nothing between {{ and }}",
  },
  {
    title: "a bad hole behind a good one",
    http: 'headers: { a: "{{ x }}é{{ y ⟦EXPRESSION_SYNTAX⟧) }}" }',
    message: /JSONata S0201/,
  },
];

describe("values", () => {
  test.each(cases)("$title", (each) => {
    const marked = documentOf(each);
    const env = { SET: "value", EVENTS_KEY: "k" };
    const [finding] = expectFindingsInEveryGuise(marked, { env });
    expect(finding?.message).toMatch(each.message ?? /./);
    expect(finding?.suggestion ?? "").toMatch(each.suggestion ?? /|./);
  });

  test("what a check of the whole says about a bad part is an echo", () => {
    expectFindings({
      "pipelines/a.yaml": `name: a
source: { timer: { cron: "⟦VARIABLE_MISSING⟧\${NOPE}" } }
sinks: [{ drop: {} }]
`,
    });
  });

  test("no finding shows the value of a secret, or of a variable", () => {
    const env = { API_TOKEN: "hunter2hunter2", LIMIT: "swordfish", EVENTS_KEY: "k" };
    const findings = expectFindings(
      {
        "pipelines/a.yaml": `name: a
source: { timer: { cron: ⟦CRON_INVALID⟧"61 \${LIMIT}" } }
sinks:
  - http: { url: "https://x", token: "\${API_TOKEN}", keep: ⟦DURATION_INVALID⟧"\${API_TOKEN}", code: ⟦VALUE_INVALID⟧"\${LIMIT}!" }
    name: ⟦NAME_INVALID⟧"hunter2hunter2 x"
`,
      },
      { env },
    );
    const said = JSON.stringify(findings);
    expect(said).not.toContain("hunter2hunter2");
    expect(said).not.toContain("swordfish");
    expect(said).toContain("${LIMIT}");
  });
});
