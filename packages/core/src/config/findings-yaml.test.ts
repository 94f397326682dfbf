import { describe, expect, test } from "vitest";
import { expectFindings, expectFindingsInEveryGuise } from "../testing/marked-findings.ts";
import { sampleRegistry } from "../testing/sample-registry.ts";
import { parseProject } from "./project.ts";

const head = "name: a\nsource: { timer: { every: 5s } }\n";
const tail = "sinks: [{ drop: {} }]\n";

interface Case {
  readonly title: string;
  readonly yaml: string;
  readonly message?: RegExp;
  readonly suggestion?: RegExp;
  /** The mistake swallows what follows in the file. */
  readonly isOnce?: boolean;
}

const dayOne: readonly Case[] = [
  {
    title: "an unquoted conditional",
    yaml: "steps:\n  - filter: ⟦YAML_SYNTAX⟧a ? b : c\n",
    suggestion: /": " inside unquoted text/,
  },
  { title: "a colon in a lambda", yaml: 'steps:\n  - transform: ⟦YAML_SYNTAX⟧$map(a, function($x) { "v": $x })\n' },
  { title: "an @ first", yaml: "steps:\n  - transform: ⟦YAML_SYNTAX⟧@a\n", suggestion: /starts with @ must be quoted/ },
  {
    title: "a backtick first",
    yaml: "steps:\n  - filter: ⟦YAML_SYNTAX⟧`a b` = 1\n",
    suggestion: /starts with ` must be quoted/,
  },
  {
    title: "a percent sign first",
    yaml: "steps:\n  - filter: ⟦YAML_SYNTAX⟧%.a = 1\n",
    suggestion: /starts with % must be quoted/,
  },
  {
    title: "an alias that is none",
    yaml: "steps:\n  - filter: ⟦YAML_ALIAS_UNKNOWN⟧*x\n",
    message: /no anchor &x/,
    suggestion: /quote it if it is an expression/,
  },
  {
    title: "two aliases that are none",
    yaml: "steps:\n  - filter: ⟦YAML_ALIAS_UNKNOWN⟧*x\n  - filter: ⟦YAML_ALIAS_UNKNOWN⟧*y\n",
  },
  {
    title: "a wildcard alone",
    yaml: "steps:\n  - transform: ⟦YAML_SYNTAX⟧*\n",
    suggestion: /starts with \* must be quoted/,
  },
  { title: "a not", yaml: "steps:\n  - filter: ⟦YAML_TAG_UNKNOWN⟧!open\n", suggestion: /\$not\( \)/ },
  { title: "a YAML 1.1 tag", yaml: "description: ⟦YAML_TAG_UNKNOWN⟧!!binary aGk=\n" },
  {
    title: "an empty anchor",
    yaml: "steps:\n  - filter: ⟦YAML_SYNTAX⟧& x\n",
    suggestion: /starts with & must be quoted/,
  },
  {
    title: "an expression that starts with a quoted text",
    yaml: 'steps:\n  - filter: "a" ⟦YAML_SYNTAX⟧= b\n',
    suggestion: /quoted as a whole/,
  },
  {
    title: "an expression that starts with a list",
    yaml: "steps:\n  - filter: [a, b]⟦YAML_SYNTAX⟧[0]\n",
    suggestion: /quoted as a whole/,
  },
  {
    title: "a comparison that starts a folded text",
    yaml: "steps:\n  - filter: > ⟦YAML_SYNTAX⟧5\n",
    suggestion: /starts on the next line/,
  },
  { title: "a list on the key's line", yaml: "steps: ⟦YAML_SYNTAX⟧- filter: a\n", suggestion: /line of its own/ },
  {
    title: "a template without quotes",
    yaml: "sinks: [{ http: { url: {⟦YAML_SYNTAX⟧{ x }} } }]\n",
    suggestion: /\{\{ \}\} must be quoted/,
  },
  {
    title: "a variable in a flow mapping",
    yaml: "vars: { a: ⟦VARIABLE_UNQUOTED⟧${X} }\n",
    message: /\$\{X\} stands unquoted/,
    suggestion: /"\.\.\.\$\{X\}\.\.\."/,
  },
  { title: "a variable with a default in a flow mapping", yaml: "vars: { a: ⟦VARIABLE_UNQUOTED⟧${X:-1}, b: 2 }\n" },
  {
    title: "a variable within an address in a flow mapping",
    yaml: "vars: { a: http://h/⟦VARIABLE_UNQUOTED⟧${X}/b }\n",
  },
  { title: "a variable in a flow list", yaml: "vars: { a: [⟦VARIABLE_UNQUOTED⟧${X}, b] }\n" },
  { title: "a tab for indentation", yaml: "vars:\n⟦YAML_SYNTAX⟧\ta: 1\n", suggestion: /with spaces/ },
  { title: "a bad escape", yaml: 'description: "a⟦YAML_SYNTAX⟧\\q"\n', suggestion: /single quotes/ },
  { title: "a key twice", yaml: "vars: { a: 1, ⟦YAML_KEY_DUPLICATE⟧a: 2 }\n", message: /the key "a" stands twice/ },
  { title: "a list for a key", yaml: "vars:\n  ? ⟦YAML_SYNTAX⟧[a]\n  : b\n", suggestion: /plain text/ },
  { title: "a merge key", yaml: "vars: &v { a: 1 }\nlimits:\n  ⟦FIELD_UNKNOWN⟧<<: *v\n", suggestion: /no merge key/ },
];

describe("slips of the first day", () => {
  test.each(dayOne)("$title", ({ yaml, message = /./, suggestion = /|./, isOnce = false }) => {
    const marked = yaml.includes("sinks:") ? head + yaml : head + yaml + tail;
    const [finding] = expectFindingsInEveryGuise(marked, { isOnce });
    expect(finding?.message).toMatch(message);
    expect(finding?.suggestion ?? "").toMatch(suggestion);
  });
});

describe("YAML that is not well-formed", () => {
  test.each<Case>([
    { title: "a text without its closing quote", yaml: `${head}${tail}description: "abc\nx: y⟦YAML_SYNTAX⟧` },
    { title: "a list without its bracket", yaml: `${head}sinks: [{ drop: {} }\n⟦YAML_SYNTAX⟧` },
    { title: "a key without a colon", yaml: "⟦YAML_SYNTAX⟧name\nsource: {}\n" },
    {
      title: "an item out of line",
      yaml: `${head}sinks:\n  - drop: {}\n⟦YAML_SYNTAX⟧ - drop: {}\n`,
      suggestion: /below one another/,
    },
    { title: "an alias inside its anchor", yaml: `${head}vars: &v { a: ⟦YAML_ALIAS_UNKNOWN⟧*v }\n${tail}` },
  ])("$title", ({ yaml, suggestion = /|./ }) => {
    const [finding] = expectFindings({ "pipelines/a.yaml": yaml });
    expect(finding?.suggestion ?? "").toMatch(suggestion);
  });

  test("two mistakes on two lines are both told, and their echoes are not", () => {
    expectFindings({
      "pipelines/a.yaml": `${head}steps:\n  - filter: ⟦YAML_SYNTAX⟧@a\n  - transform: ⟦YAML_SYNTAX⟧%b\nvars: { a: ⟦VARIABLE_UNQUOTED⟧\${X}, b: \${Y} }\n${tail}`,
    });
  });

  test("after a bad document the others of its file are still read", () => {
    expectFindings({
      "pipelines/a.yaml": `${head}steps: [{ filter: ⟦YAML_SYNTAX⟧@a }]\n${tail}---\n⟦FIELD_MISSING⟧name: b
source: { timer: { every: 5s } }
⟦FIELD_UNKNOWN⟧sink: []
`,
    });
  });

  test("an alias bomb is refused before it unfolds", () => {
    const levels = Array.from({ length: 12 }, (_, level) => {
      const alias = level === 0 ? '"x"' : `*a${level - 1}`;
      return `a${level}: &a${level} [${Array.from({ length: 9 }, () => alias).join(", ")}]`;
    });
    const text = `${head}${tail}vars:\n${levels.map((line) => `  ${line}`).join("\n")}\n`;
    const { findings } = parse(text);
    expect(findings[0]?.at.line).toBe(text.split("\n").findIndex((line) => line.includes("a4:")) + 1);
    expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(["CONFIG_YAML_ALIAS_LIMIT"]));
  });

  test("depth beyond reason is a finding, near and far", () => {
    const brackets = ["[".repeat(63), "⟦YAML_SYNTAX⟧", "[".repeat(17), "]".repeat(80)].join("");
    expectFindings({ "pipelines/a.yaml": `${head}${tail}vars: { a: ${brackets} }\n` });
    const middle = parse(`${head}${tail}vars: { a: ${"[".repeat(1900)}${"]".repeat(1900)} }\n`);
    expect(middle.findings).toMatchObject([{ code: "CONFIG_YAML_SYNTAX", at: { line: 4 } }]);
    const far = parse(`${head}${tail}vars: { a: ${"[".repeat(400_000)}${"]".repeat(400_000)} }\n`);
    expect(far.findings).toMatchObject([{ code: "CONFIG_YAML_SYNTAX", at: { line: 4, column: 2011 } }]);
  });
});

describe("YAML that is well-formed and stays so", () => {
  test("anchors and aliases to values, lists and expressions", () => {
    const project = parse(`${head}vars: { a: &list ["x", "y"], b: *list }
steps:
  - filter: &warm t > 20
  - filter: *warm
${tail}`);
    expect(project.findings).toEqual([]);
    expect(project.pipelines[0]?.steps).toHaveLength(2);
  });

  test("an empty file, comments alone and empty documents are nothing", () => {
    for (const text of ["", "\n", "# nothing\n", "---\n---\n", "\ufeff", "---\n# a\n...\n"]) {
      const project = parse(text);
      expect(project).toMatchObject({ findings: [], documentCount: 0, pipelines: [] });
    }
  });

  test("a document that is no mapping", () => {
    expectFindings({ "pipelines/a.yaml": "⟦VALUE_TYPE⟧just text\n---\n⟦VALUE_TYPE⟧- a\n---\n⟦VALUE_TYPE⟧42\n" });
  });
});

function parse(text: string) {
  return parseProject([{ path: "pipelines/a.yaml", text }], {
    registry: sampleRegistry,
    env: {},
    projectDir: "/project",
  });
}
