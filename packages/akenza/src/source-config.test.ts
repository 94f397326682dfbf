import { expect, test } from "vitest";
import { aroundSource, parse, sourceItem } from "./testing/project.ts";

const id = "02d2327fedce2128";

/** The one finding of a source item, as `line:column code message (suggestion)`, lines counted from the item's first. */
function finding(yaml: string): string {
  const { findings } = parse(aroundSource(yaml));
  expect(findings).toHaveLength(1);
  const [{ at, code, message } = { at: { line: 0, column: 0 }, code: "", message: "" }] = findings;
  return `${at.line - 2}:${at.column - 2} ${code} ${message}`;
}

const config = (yaml: string): unknown => sourceItem(yaml).config;

test("defaults: the connection akenza, samples alone, all topics", () => {
  expect(config(`akenza: { subscribe: [{ asset: "${id}" }] }`)).toEqual({
    connection: "akenza",
    events: ["sample"],
    subscribe: [{ asset: [id], topic: "*" }],
  });
});

test("ids may be one, a list, or text with several, as a variable holds them", () => {
  const text = `akenza: { subscribe: [{ asset: "\${IDS}" }, { asset: ["${id}", "\${IDS}"] }] }`;
  const parsed = parse(aroundSource(text), {
    env: { AKENZA_API_KEY: "k", IDS: "0200000000000001, 0200000000000002\n0200000000000001" },
  });
  expect(parsed.findings).toEqual([]);
  expect(parsed.source?.config).toMatchObject({
    subscribe: [
      { asset: ["0200000000000001", "0200000000000002"] },
      { asset: [id, "0200000000000001", "0200000000000002"] },
    ],
  });
});

test("every form of subscription is read, with its own fields", () => {
  const yaml = `akenza:
  events: [sample, frame]
  subscribe:
    - { tag: "7100000000000001", topic: default }
    - { file: ids.csv, column: akenzaId, every: 90s }
    - { sql: { connection: buildings, query: select id from d }, column: id, every: 2m }
    - { query: { tag: "7100000000000001", type: EM500, workspace: "2900000000000001" }, every: 1h }`;
  const { findings, source } = parse(aroundSource(yaml), {
    settings: "version: 1\nconnections: { buildings: { postgres: {} } }\n",
  });
  expect(findings).toEqual([]);
  expect(source?.config).toEqual({
    connection: "akenza",
    events: ["sample", "frame"],
    subscribe: [
      { tag: "7100000000000001", topic: "default" },
      { file: "ids.csv", column: "akenzaId", every: 90_000, topic: "*" },
      { sql: { connection: "buildings", query: "select id from d" }, column: "id", every: 120_000, topic: "*" },
      {
        query: { tag: "7100000000000001", type: "EM500", workspace: "2900000000000001" },
        every: 3_600_000,
        topic: "*",
      },
    ],
  });
});

test.each([
  ["no subscription", "akenza: {}", /^1:\d+ AKENZA_SUBSCRIBE_INVALID .*samples come from subscriptions/],
  ["an empty list", "akenza: { subscribe: [] }", /^1:\d+ CONFIG_/],
  [
    "an id that is none",
    'akenza:\n  subscribe:\n    - { asset: "70B3D52DD300550E" }',
    /^3:16 AKENZA_ID_INVALID .*"70b3d52dd300550e"/,
  ],
  [
    "an id that is too short",
    'akenza:\n  subscribe:\n    - asset: ["02d2327fedce2128", "02d2"]',
    /^3:35 AKENZA_ID_INVALID .*"02d2" is no akenza id/,
  ],
  ["no id", 'akenza:\n  subscribe:\n    - asset: " , "', /^3:14 AKENZA_ID_INVALID .*no id is given here/],
  [
    "a tag that is none",
    "akenza:\n  subscribe:\n    - { tag: indoor }",
    /^3:14 AKENZA_ID_INVALID .*"indoor" is no akenza id/,
  ],
  [
    "two forms",
    `akenza:\n  subscribe:\n    - { asset: "${id}", file: a.csv }`,
    /^3:7 AKENZA_SUBSCRIBE_INVALID .*asset and file are given/,
  ],
  ["no form", "akenza:\n  subscribe:\n    - { topic: default }", /^3:7 AKENZA_SUBSCRIBE_INVALID .*none is given/],
  [
    "every beside an id",
    `akenza:\n  subscribe:\n    - { asset: "${id}", every: 1m }`,
    /^3:\d+ AKENZA_SUBSCRIBE_INVALID .*"every" belongs to/,
  ],
  [
    "every too short",
    "akenza:\n  subscribe:\n    - { file: a.csv, every: 10ms }",
    /^3:\d+ AKENZA_SUBSCRIBE_INVALID .*a list is read again at most once a second/,
  ],
  [
    "a column beside a query",
    "akenza:\n  subscribe:\n    - { query: { type: x }, column: id }",
    /^3:\d+ AKENZA_SUBSCRIBE_INVALID .*"column" belongs to/,
  ],
  [
    "an empty query",
    "akenza:\n  subscribe:\n    - { query: {} }",
    /^3:\d+ AKENZA_SUBSCRIBE_INVALID .*a query names a tag/,
  ],
  [
    "a misspelt field",
    `akenza:\n  subscribe:\n    - { aset: "${id}", asset: "${id}" }`,
    /^3:9 CONFIG_FIELD_UNKNOWN .*"aset"/,
  ],
  ["an unknown event", "akenza:\n  events: [opened]", /^2:\d+ CONFIG_/],
  ["a connection that is not there", `akenza: { connection: other, subscribe: [{ asset: "${id}" }] }`, /other/],
])("%s is a located finding", (_name, yaml, expected) => {
  expect(finding(yaml)).toMatch(expected);
});

test("an unquoted id that YAML reads as a number is a finding that says to quote it", () => {
  const { findings } = parse(aroundSource("akenza:\n  subscribe:\n    - { asset: 02e4567812345678 }"));
  const unquoted = findings.find((each) => each.code === "CONFIG_VALUE_UNQUOTED");
  expect(unquoted).toMatchObject({ suggestion: 'quote it: "02e4567812345678"', at: { line: 5, column: 18 } });
});
