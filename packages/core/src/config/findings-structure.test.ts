import { describe, expect, test } from "vitest";
import { expectFindings, expectFindingsInEveryGuise } from "../testing/marked-findings.ts";

interface Case {
  readonly title: string;
  readonly yaml: string;
  readonly message?: RegExp | string;
  readonly suggestion?: RegExp | string;
}

const source = "source: { timer: { every: 5s } }\n";
const sinks = "sinks: [{ drop: {} }]\n";

const cases: readonly Case[] = [
  // top-level keys
  {
    title: "an unknown key with a near one",
    yaml: `name: a\n${source}${sinks}⟦FIELD_UNKNOWN⟧stepz: []\n`,
    message: 'a pipeline has no key "stepz"',
    suggestion: 'did you mean "steps"?',
  },
  {
    title: "an unknown key far from all",
    yaml: `name: a\n${source}${sinks}⟦FIELD_UNKNOWN⟧whatever: []\n`,
    suggestion: /^keys: source, steps, sinks, name/,
  },
  { title: "no name", yaml: `⟦FIELD_MISSING⟧${source}${sinks}`, message: 'the pipeline needs "name"' },
  {
    title: "no source and no sinks",
    yaml: "⟦FIELD_MISSING⟧⟦FIELD_MISSING⟧name: a\n",
    message: /needs (a "source"|at least one sink)/,
  },
  { title: "sinks without a sink", yaml: `name: a\n${source}⟦FIELD_MISSING⟧sinks: []\n` },
  {
    title: "sinks left empty",
    yaml: `name: a\n${source}⟦VALUE_TYPE⟧sinks:\n`,
    message: '"sinks" must be a list, not nothing',
  },
  {
    title: "a mapping for a list",
    yaml: `name: a\n${source}sinks:\n  ⟦VALUE_TYPE⟧drop: {}\n`,
    suggestion: /put "- " before each sink/,
  },
  {
    title: "a source left empty",
    yaml: `name: a\n⟦COMPONENT_MISSING⟧source:\n${sinks}`,
    message: "there is no source here",
  },
  {
    title: "a former name that is none",
    yaml: `name: a\n${source}${sinks}renamedFrom: ⟦NAME_INVALID⟧b c\ndelivery: direct\n`,
  },
  {
    title: "a planned field of a component",
    yaml: `name: a\nsource: { timer: { every: 5s, ⟦NOT_YET⟧overlap: skip } }\n${sinks}`,
    message: '"overlap" of source "timer" is planned and not built yet',
  },
  // items
  {
    title: "an unknown component",
    yaml: `name: a\n${source}sinks:\n  - ⟦COMPONENT_UNKNOWN⟧htp: { url: x }\n`,
    message: 'there is no sink "htp"',
    suggestion: 'did you mean "http"?',
  },
  {
    title: "an unknown component far from all",
    yaml: `name: a\n${source}sinks:\n  - ⟦COMPONENT_UNKNOWN⟧kafka: {}\n`,
    suggestion: "sinks: http, sql, pipeline, drop",
  },
  {
    title: "a sink among the steps",
    yaml: `name: a\n${source}steps: [{ ⟦COMPONENT_UNKNOWN⟧http: { url: x } }]\n${sinks}`,
    message: '"http" is a sink, not a step',
  },
  {
    title: "two components in one item",
    yaml: `name: a\n${source}sinks:\n  - drop: {}\n    ⟦COMPONENT_AMBIGUOUS⟧http: { url: x }\n`,
    message: "this sink names two components: drop and http",
    suggestion: 'put "- " before "http"',
  },
  {
    title: "two sources",
    yaml: `name: a\nsource:\n  timer: { every: 5s }\n  ⟦COMPONENT_AMBIGUOUS⟧pipeline: {}\n${sinks}`,
    suggestion: "a pipeline has one source",
  },
  {
    title: "no component in an item",
    yaml: `name: a\n${source}sinks:\n  - ⟦COMPONENT_MISSING⟧name: x\n`,
    suggestion: "one of: http, sql, pipeline, drop",
  },
  { title: "an empty item", yaml: `name: a\n${source}sinks:\n  - ⟦COMPONENT_MISSING⟧{}\n` },
  {
    title: "a name where an item stands",
    yaml: `name: a\n${source}sinks: [⟦COMPONENT_MISSING⟧drop]\n`,
    suggestion: 'write "drop: {}"',
  },
  {
    title: "a list where the source stands",
    yaml: `name: a\nsource:\n  ⟦COMPONENT_MISSING⟧- timer: { every: 5s }\n${sinks}`,
  },
  // common keys
  {
    title: "a common key inside the component",
    yaml: `name: a\n${source}sinks:\n  - http:\n      url: x\n      ⟦FIELD_MISPLACED⟧timeout: 5s\n`,
    message: '"timeout" stands beside the component\'s key, not inside sink "http"',
    suggestion: 'move "timeout" one level up',
  },
  {
    title: "a field beside its component",
    yaml: `name: a\n${source}sinks:\n  - http: { url: x }\n    ⟦FIELD_MISPLACED⟧headers: {}\n`,
    suggestion: 'indent it under "http:"',
  },
  {
    title: "a common key of sinks on a step",
    yaml: `name: a\n${source}steps:\n  - filter: x\n    ⟦FIELD_UNKNOWN⟧batch: { count: 5 }\n${sinks}`,
    suggestion: "common keys: name, when",
  },
  {
    title: "a common key on a source",
    yaml: `name: a\nsource:\n  timer: { every: 5s }\n  ⟦FIELD_UNKNOWN⟧when: x\n${sinks}`,
    suggestion: "nothing stands beside a source",
  },
  {
    title: "a step beside a sink",
    yaml: `name: a\n${source}sinks:\n  - drop: {}\n    ⟦FIELD_UNKNOWN⟧filter: x\n`,
    message: '"filter" is a step, and stands in sink "drop"',
  },
  {
    title: "a misspelt common key",
    yaml: `name: a\n${source}sinks:\n  - drop: {}\n    ⟦FIELD_UNKNOWN⟧wen: x\n`,
    suggestion: 'did you mean "when"?',
  },
  // fields
  {
    title: "a misspelt field",
    yaml: `name: a\nsource: { events: { ⟦FIELD_UNKNOWN⟧subscibe: [] } }\n${sinks}`.replace(
      "events:",
      "⟦FIELD_MISSING⟧events:",
    ),
    message: /has no field "subscibe"|needs "subscribe"/,
  },
  {
    title: "a field of a mapping inside",
    yaml: `name: a\nsource: { events: { subscribe: [{ asset: "x", ⟦FIELD_UNKNOWN⟧topik: y }] } }\n${sinks}`,
    message: '"subscribe[0]" of source "events" has no field "topik"',
    suggestion: 'did you mean "topic"?',
  },
  {
    title: "a missing field",
    yaml: `name: a\n${source}sinks:\n  - ⟦FIELD_MISSING⟧http: {}\n`,
    message: 'sink "http" needs "url"',
    suggestion: 'add "url"',
  },
  { title: "a component left empty that needs fields", yaml: `name: a\n${source}sinks:\n  - ⟦FIELD_MISSING⟧http:\n` },
  {
    title: "a missing field of a mapping inside",
    yaml: `name: a\nsource:\n  events:\n    subscribe:\n      - ⟦FIELD_MISSING⟧sql: { query: x }\n${sinks}`,
    message: '"subscribe[0].sql" of source "events" needs "connection"',
  },
  // names
  { title: "a bad name", yaml: `name: ⟦NAME_INVALID⟧"a b/c"\n${source}${sinks}`, message: /"a b\/c" is not a name/ },
  {
    title: "two sinks of one name",
    yaml: `name: a\n${source}sinks:\n  - drop: {}\n    name: x\n  - http: { url: y }\n    ⟦NAME_TAKEN⟧name: x\n`,
    message: 'two sinks of this pipeline are called "x"',
  },
  {
    title: "two sinks alike without names",
    yaml: `name: a\n${source}sinks:\n  - drop: {}\n  - ⟦NAME_MISSING⟧drop: {}\n`,
    message: 'two sinks of this pipeline would be called "drop"',
  },
  {
    title: "a sink that is called like another's default",
    yaml: `name: a\n${source}sinks:\n  - http: { url: x }\n    name: drop\n  - ⟦NAME_MISSING⟧drop: {}\n`,
  },
  {
    title: "two steps of one name",
    yaml: `name: a\n${source}steps:\n  - filter: x\n    name: s\n  - filter: y\n    ⟦NAME_TAKEN⟧name: s\n${sinks}`,
  },
];

describe("the structure of a pipeline", () => {
  test.each(cases)("$title", ({ yaml, message = /./, suggestion = /|./ }) => {
    const [finding] = expectFindingsInEveryGuise(yaml);
    expect(finding?.message).toMatch(message);
    expect(finding?.suggestion ?? "").toMatch(suggestion);
  });

  test("a finding about two places names both", () => {
    const [taken] = expectFindings({
      "pipelines/a.yaml": `name: a\n${source}sinks:\n  - drop: {}\n    name: x\n  - http: { url: y }\n    ⟦NAME_TAKEN⟧name: x\n`,
    });
    expect(taken?.related).toEqual([{ file: "pipelines/a.yaml", line: 5, column: 5 }]);
    const [two] = expectFindings({
      "pipelines/a.yaml": `name: a\n${source}sinks:\n  - drop: {}\n    ⟦COMPONENT_AMBIGUOUS⟧http: { url: x }\n`,
    });
    expect(two?.related).toEqual([{ file: "pipelines/a.yaml", line: 4, column: 5 }]);
  });

  test("all findings of a file are told at once, in order", () => {
    const findings = expectFindings({
      "pipelines/a.yaml": `name: a
source: { timer: { every: ⟦DURATION_INVALID⟧5 } }
steps:
  - filter: ⟦EXPRESSION_SYNTAX⟧)
  - ⟦COMPONENT_UNKNOWN⟧filtr: x
sinks:
  - http: { url: "x", port: ⟦VALUE_TYPE⟧"80", method: ⟦VALUE_INVALID⟧DELETE }
    retry: { attempts: ⟦VALUE_INVALID⟧0 }
⟦FIELD_UNKNOWN⟧more: 1
`,
    });
    const lines = findings.map(({ at }) => at.line);
    expect(lines).toEqual([...lines].sort((a, b) => a - b));
  });
});
