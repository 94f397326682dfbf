import { describe, expect, test } from "vitest";
import { expectFindings, expectFindingsInEveryGuise, readMarked } from "../testing/marked-findings.ts";
import { sampleRegistry } from "../testing/sample-registry.ts";
import { parseProject } from "./project.ts";

interface Case {
  readonly title: string;
  readonly steps: string;
  readonly message?: RegExp | string;
  readonly suggestion?: RegExp | string;
}

const head = "name: a\nsource: { timer: { every: 5s } }\n";
const tail = "sinks: [{ drop: {} }]\n";

const places: readonly Case[] = [
  { title: "plain text", steps: "  - filter: data.co2 > ⟦EXPRESSION_SYNTAX⟧) 5", message: /\(JSONata S0211\)$/ },
  { title: "single quotes with doubled quotes before", steps: "  - filter: 'name = ''x'' and ⟦EXPRESSION_SYNTAX⟧)'" },
  {
    title: "double quotes with escapes before",
    steps: '  - filter: "a = \\"\\u00e9\\U0001F600\\x41\\" and ⟦EXPRESSION_SYNTAX⟧)"',
  },
  {
    title: "characters beyond the BMP before",
    steps: '  - filter: "😀𝕏" = a and ⟦EXPRESSION_SYNTAX⟧)'.replace('"😀𝕏" = a', 'a = "😀𝕏"'),
  },
  {
    title: "a plain text over several lines",
    steps: "  - filter: a > 1\n      and b > 2\n\n      and ⟦EXPRESSION_SYNTAX⟧)",
  },
  {
    title: "double quotes folded over lines",
    steps: '  - filter: "a > 1\n      and b \\\n      > 2 and\n\n      ⟦EXPRESSION_SYNTAX⟧)"',
  },
  { title: "single quotes folded over lines", steps: "  - filter: 'a > 1   \n      and   ⟦EXPRESSION_SYNTAX⟧)'" },
  {
    title: "a literal block",
    steps: '  - transform: |\n      {\n        "a": b,\n        "c": ⟦EXPRESSION_SYNTAX⟧,\n      }',
  },
  {
    title: "a literal block with a stated indentation",
    steps: "  - transform: |2-\n         a +\n      ⟦EXPRESSION_SYNTAX⟧)",
  },
  {
    title: "a literal block that starts with blank lines",
    steps: "  - transform: |\n\n\n      a +\n      ⟦EXPRESSION_SYNTAX⟧)",
  },
  { title: "a literal block that keeps its end", steps: "  - transform: |+\n      a + ⟦EXPRESSION_SYNTAX⟧)\n\n" },
  {
    title: "a literal block with tabs",
    steps: '  - transform: |\n      {\n      \t"a":\t⟦EXPRESSION_SYNTAX⟧)\n      }',
  },
  { title: "a folded block", steps: "  - transform: >\n      a +\n      b +\n\n      ⟦EXPRESSION_SYNTAX⟧) + d" },
  {
    title: "a folded block with deeper lines",
    steps: '  - transform: >-\n      {\n          "a": b,\n\n          "c": ⟦EXPRESSION_SYNTAX⟧)\n      }',
  },
  { title: "a block with a comment on its header", steps: "  - transform: | # why\n      a + ⟦EXPRESSION_SYNTAX⟧)" },
  { title: "behind an anchor and a tag", steps: "  - filter: &x !!str a > ⟦EXPRESSION_SYNTAX⟧)" },
  {
    title: "the same text twice",
    steps:
      "  - filter: a > ⟦EXPRESSION_SYNTAX⟧)\n  - filter: a > ⟦EXPRESSION_SYNTAX⟧)\n  - transform: |\n      a > ⟦EXPRESSION_SYNTAX⟧)",
  },
  {
    title: "in a mapping of options",
    steps: "  - transform: { expression: 'a + ⟦EXPRESSION_SYNTAX⟧)', onNothing: filter }",
  },
  { title: "in a common key", steps: "  - filter: a\n    when: b >⟦EXPRESSION_SYNTAX⟧" },
  {
    title: "an unknown function",
    steps: "  - transform: a & ⟦EXPRESSION_SYNTAX⟧$upercase(b)",
    message: /there is no function \$upercase/,
    suggestion: /did you mean \$uppercase\?/,
  },
  {
    title: "an unknown variable",
    steps: "  - filter: ⟦EXPRESSION_SYNTAX⟧$mata.topic = 'x'",
    suggestion: /did you mean \$meta\?/,
  },
  {
    title: "two unknown names at once",
    steps: "  - transform: ⟦EXPRESSION_SYNTAX⟧$foo(a) + ⟦EXPRESSION_SYNTAX⟧$bar(b)",
  },
  { title: "an empty text", steps: '  - filter: ⟦EXPRESSION_SYNTAX⟧""', suggestion: /`\$` is the whole message/ },
];

describe("a syntax error points at its character", () => {
  test.each(places)("$title", ({ steps, message = /JSONata|there is/, suggestion = /|./ }) => {
    const [finding] = expectFindingsInEveryGuise(`${head}steps:\n${steps}\n${tail}`);
    expect(finding?.message).toMatch(message);
    expect(finding?.suggestion ?? "").toMatch(suggestion);
  });

  test("an alias points at the text behind its anchor, once", () => {
    expectFindings({
      "pipelines/a.yaml": `${head}steps:\n  - filter: &x a > ⟦EXPRESSION_SYNTAX⟧)\n  - filter: *x\n${tail}`,
    });
  });

  test("the expressions of a sink and the holes of its templates", () => {
    expectFindingsInEveryGuise(`${head}sinks:
  - http:
      url: "https://x/{{ a }}/{{ ⟦EXPRESSION_SYNTAX⟧) }}"
      headers: { a: '{{ "}}" & ⟦EXPRESSION_SYNTAX⟧) }}' }
    when: ⟦EXPRESSION_SYNTAX⟧)
    transform: "1 + ⟦EXPRESSION_SYNTAX⟧)"
`);
  });
});

const notText: readonly Case[] = [
  {
    title: "an unquoted object",
    steps: '  - transform: ⟦EXPRESSION_NOT_TEXT⟧{ "x": 17 }',
    message: /takes a JSONata expression as text here, and YAML reads a mapping/,
    suggestion: /^quote it: '\{ \.\.\. \}'/,
  },
  {
    title: "an unquoted object over lines",
    steps: "  - filter:\n      ⟦EXPRESSION_NOT_TEXT⟧a: b",
    suggestion: /under `\|`/,
  },
  {
    title: "an unquoted array",
    steps: "  - transform: ⟦EXPRESSION_NOT_TEXT⟧[a, b]",
    suggestion: /^quote it: '\[ \.\.\. \]'/,
  },
  {
    title: "true",
    steps: "  - filter: ⟦EXPRESSION_NOT_TEXT⟧true",
    message: /YAML reads true/,
    suggestion: "quote it: 'true'",
  },
  { title: "a number", steps: "  - transform: ⟦EXPRESSION_NOT_TEXT⟧17", suggestion: "quote it: '17'" },
  { title: "nothing", steps: "  - filter:⟦EXPRESSION_NOT_TEXT⟧", message: /YAML reads nothing/ },
  {
    title: "an anchor alone",
    steps: "  - filter: &x⟦EXPRESSION_NOT_TEXT⟧",
    suggestion: /starts with & or ~ must be quoted/,
  },
  {
    title: "a position behind a space",
    steps: "  - transform: ⟦EXPRESSION_CUT⟧items #$i.{ 'n': $i }",
    message: /YAML takes #\$i/,
    suggestion: /quote the expression/,
  },
];

describe("what YAML does not read as text", () => {
  test.each(notText)("$title", ({ steps, message = /./, suggestion = /|./ }) => {
    const [finding] = expectFindingsInEveryGuise(`${head}steps:\n${steps}\n${tail}`);
    expect(finding?.message).toMatch(message);
    expect(finding?.suggestion ?? "").toMatch(suggestion);
  });
});

describe("what other languages write", () => {
  test.each([
    ["a == 5", /single =/],
    ["a && b", /`and`, `or`/],
    ["(a || b)", /`and`, `or`/],
    ['"!a"', /\$not/],
    ["a > // why\n      5", /\/\* \.\.\. \*\//],
    ["a = ${LIMIT}", /vars/],
    ["'{{ a }}'", /leave \{\{ \}\} out/],
    ["a > # more than that", /YAML comment/],
  ])("%s", (expression, suggestion) => {
    const { findings } = parseProject(
      [{ path: "pipelines/a.yaml", text: `${head}steps:\n  - filter: ${expression}\n${tail}` }],
      {
        registry: sampleRegistry,
        env: { LIMIT: "5" },
        projectDir: "/project",
      },
    );
    expect(findings.map(({ code }) => code)).toEqual(["CONFIG_EXPRESSION_SYNTAX"]);
    expect(findings[0]?.suggestion).toMatch(suggestion);
  });
});

describe("an expression in a file", () => {
  const path = "expressions/air.jsonata";
  const yaml = `${head}steps:\n  - transform: { file: ./${path} }\n${tail}`;

  test("its findings point into it, and name the place that uses it", () => {
    const air = readMarked(`./${path}`, '/* 😀 */\r\n{\r\n  "a": ⟦EXPRESSION_SYNTAX⟧)\r\n}\r\n');
    const files = [
      { path, text: air.text },
      { path: "pipelines/a.yaml", text: yaml },
    ];
    const { findings, pipelines } = parseProject(files, { registry: sampleRegistry, env: {}, projectDir: "/project" });
    expect(findings).toMatchObject([
      {
        code: "CONFIG_EXPRESSION_SYNTAX",
        at: { line: 3, column: 8 },
        related: [{ file: "pipelines/a.yaml", line: 4, column: 24 }],
      },
    ]);
    expect(pipelines).toEqual([]);
  });

  test("a missing file is a finding at its name", () => {
    const [finding] = expectFindings({ "pipelines/a.yaml": yaml.replace("file: ", "file: ⟦FILE_UNREADABLE⟧") });
    expect(finding?.message).toMatch(/air\.jsonata cannot be read: it does not exist/);
  });
});

const suspect: readonly Case[] = [
  {
    title: "a condition of its own behind or",
    steps: "  - filter: data.state = 'on' or ⟦EXPRESSION_SUSPECT⟧'auto'",
    message: /this text counts as true whatever the data.*\(JSONata CONDITION_CONSTANT\)$/,
    suggestion: 'did you mean data.state = "auto"?',
  },
  {
    title: "a comparison that never holds, in a block",
    steps: '  - transform: |\n      {\n        "long": $length(name) ⟦EXPRESSION_SUSPECT⟧= "3"\n      }',
    message: /this never holds: a number never equals a text \(JSONata COMPARISON_NEVER\)/,
    suggestion: "did you mean 3?",
  },
  {
    title: "a field of $meta that does not exist",
    steps:
      '  - transform: \'{ "id": $meta.⟦EXPRESSION_SUSPECT⟧devce, "p": $meta.request.⟦EXPRESSION_SUSPECT⟧parms.id }\'',
    message: /^\$meta has no field "devce" \(JSONata FIELD_UNKNOWN\)$/,
    suggestion: "did you mean $meta.device?",
  },
  {
    title: "a variable of the pipeline that does not exist",
    steps: "  - filter: data.co2 > $vars.⟦EXPRESSION_SUSPECT⟧limt\nvars: { limit: 1000 }",
    message: /\$vars has no field "limt"/,
    suggestion: "did you mean $vars.limit?",
  },
  {
    title: "a variable that is never read",
    steps: "  - transform: (⟦EXPRESSION_SUSPECT⟧$scale := 10; data.value)",
    message: /\$scale is set and never read/,
  },
  {
    title: "a predicate in a common key",
    steps: '  - filter: a\n    when: items[⟦EXPRESSION_SUSPECT⟧"name"]',
    message: /keeps everything/,
    suggestion: "did you mean .name?",
  },
];

describe("what can hardly be meant is a warning at its character", () => {
  test.each(suspect)("$title", ({ steps, message = /./, suggestion = /|./ }) => {
    const findings = expectFindingsInEveryGuise(`${head}steps:\n${steps}\n${tail}`);
    expect(findings.every(({ severity }) => severity === "warning")).toBe(true);
    expect(findings[0]?.message).toMatch(message);
    expect(findings[0]?.suggestion ?? "").toMatch(suggestion);
  });

  test("a template's hole, and an expression in a file", () => {
    const path = "expressions/air.jsonata";
    const air = readMarked(`./${path}`, 'a ?\n  ⟦EXPRESSION_SUSPECT⟧"b" and c');
    const yaml = `${head}steps: [{ transform: { file: ./${path} } }]\nsinks: [{ http: { url: "https://x/{{ $meta.⟦EXPRESSION_SUSPECT⟧tme }}" } }]\n`;
    const pipeline = readMarked("pipelines/a.yaml", yaml);
    const files = [
      { path, text: air.text },
      { path: "pipelines/a.yaml", text: pipeline.text },
    ];
    const { findings, pipelines } = parseProject(files, { registry: sampleRegistry, env: {}, projectDir: "/project" });
    expect(findings.map(({ at, code }) => `${at.file}:${at.line}:${at.column} ${code}`).toSorted()).toEqual(
      [...air.expected, ...pipeline.expected].toSorted(),
    );
    expect(findings.map(({ severity }) => severity)).toEqual(["warning", "warning"]);
    expect(pipelines).toHaveLength(1);
  });

  test("what fails whenever it is evaluated is an error", () => {
    const [first, second] = expectFindingsInEveryGuise(
      `${head}steps:\n  - filter: ⟦EXPRESSION_SYNTAX⟧$substring(a, 1, 2, 3) = b\n  - transform: '"t: " ⟦EXPRESSION_SYNTAX⟧+ a'\n${tail}`,
    );
    expect(first?.message).toBe("$substring takes 1 to 3 arguments, not 4 (JSONata ARGUMENTS_COUNT)");
    expect(second?.suggestion).toBe("did you mean &?");
  });

  test("functions of the library are known, also to suggestions", () => {
    expectFindings({ "pipelines/a.yaml": `${head}steps:\n  - transform: $convert(a, "Cel", "K")\n${tail}` });
    const [finding] = expectFindings({
      "pipelines/a.yaml": `${head}steps:\n  - transform: ⟦EXPRESSION_SYNTAX⟧$hexToByte(a)\n${tail}`,
    });
    expect(finding?.suggestion).toBe("did you mean $hexToBytes?");
  });
});
