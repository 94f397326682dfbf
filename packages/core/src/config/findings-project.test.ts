import { describe, expect, test } from "vitest";
import { formatLocation } from "../location.ts";
import { expectFindings } from "../testing/marked-findings.ts";
import { sampleRegistry } from "../testing/sample-registry.ts";
import { parseProject } from "./project.ts";

function pipeline(name: string, parts: { source?: string; sinks?: string } = {}): string {
  return `name: ${name}\nsource: { ${parts.source ?? "timer: { every: 5s }"} }\nsinks:\n  - ${parts.sinks ?? "drop: {}"}\n`;
}

const taken = "⟦NAME_TAKEN⟧";

describe("names over files", () => {
  test("two pipelines of one name name both places, and neither runs", () => {
    const files = {
      "pipelines/a.yaml": pipeline("same"),
      "pipelines/b.yaml": pipeline("other"),
      "pipelines/c.yaml": pipeline(`${taken}same`),
    };
    const [finding] = expectFindings(files);
    expect(finding?.related?.map(formatLocation)).toEqual(["pipelines/a.yaml:1:7"]);
    expect(run(files).pipelines.map(({ name }) => name)).toEqual(["other"]);
  });

  test("three in one file, one of them broken in itself", () => {
    expectFindings({
      "pipelines/a.yaml": [
        pipeline("same"),
        pipeline(`${taken}same`),
        pipeline(`${taken}same`, { sinks: "⟦COMPONENT_UNKNOWN⟧drob: {}" }),
      ].join("---\n"),
    });
  });
});

describe("former names", () => {
  test("one whose pipeline is still there", () => {
    const [finding] = expectFindings({
      "pipelines/a.yaml": pipeline("a"),
      "pipelines/b.yaml": `${pipeline("b")}renamedFrom: ${taken}a\n`,
    });
    expect(finding?.message).toBe('pipeline "a" is still there');
    expect(finding?.related?.map(formatLocation)).toEqual(["pipelines/a.yaml:1:7"]);
  });

  test("one that two pipelines claim", () => {
    const [finding] = expectFindings({
      "pipelines/a.yaml": `${pipeline("a")}renamedFrom: old\n`,
      "pipelines/b.yaml": `${pipeline("b")}renamedFrom: ${taken}old\n`,
    });
    expect(finding?.message).toBe('two pipelines were renamed from "old"');
  });

  test("one that is gone is taken", () => {
    expect(run({ "pipelines/a.yaml": `${pipeline("a")}renamedFrom: old\n` }).pipelines).toMatchObject([
      { renamedFrom: "old" },
    ]);
  });
});

describe("chains of pipelines", () => {
  test("a target that is not there", () => {
    const [finding] = expectFindings({
      "pipelines/a.yaml": pipeline("a", { sinks: "pipeline: ⟦PIPELINE_UNKNOWN⟧alarm" }),
      "pipelines/b.yaml": pipeline("alarms", { source: "pipeline: {}" }),
    });
    expect(finding).toMatchObject({ message: 'there is no pipeline "alarm"', suggestion: 'did you mean "alarms"?' });
  });

  test("a target that takes from elsewhere", () => {
    const [finding] = expectFindings({
      "pipelines/a.yaml": pipeline("a", { sinks: "pipeline: ⟦PIPELINE_CLOSED⟧b" }),
      "pipelines/b.yaml": pipeline("b"),
    });
    expect(finding?.message).toBe('pipeline "b" takes its messages from timer, not from other pipelines');
  });

  test("a circle shows its way and all its places, once, and stops all of it", () => {
    const files = {
      "pipelines/a.yaml": pipeline("a", { source: "pipeline: {}", sinks: "pipeline: ⟦PIPELINE_CYCLE⟧b" }),
      "pipelines/b.yaml": pipeline("b", { source: "pipeline: {}", sinks: "pipeline: c" }),
      "pipelines/c.yaml": pipeline("c", { source: "pipeline: {}", sinks: "pipeline: a" }),
      "pipelines/in.yaml": pipeline("in", { sinks: "pipeline: b" }),
    };
    const [finding] = expectFindings(files);
    expect(finding?.message).toBe("pipelines send to one another in a circle: a -> b -> c -> a");
    expect(finding?.related?.map(formatLocation)).toEqual(["pipelines/b.yaml:4:15", "pipelines/c.yaml:4:15"]);
    expect(run(files).pipelines.map(({ name }) => name)).toEqual(["in"]);
  });

  test("a pipeline that sends to itself", () => {
    const [finding] = expectFindings({
      "pipelines/a.yaml": pipeline("a", { source: "pipeline: {}", sinks: "pipeline: ⟦PIPELINE_CYCLE⟧a" }),
    });
    expect(finding?.message).toMatch(/circle: a -> a$/);
  });

  test("a long chain and a diamond are no circle", () => {
    const chain = Array.from({ length: 3000 }, (_, index) =>
      pipeline(`p${index}`, { source: "pipeline: {}", sinks: index === 2999 ? "drop: {}" : `pipeline: p${index + 1}` }),
    );
    expectFindings({
      "pipelines/a.yaml": chain.slice(0, 2000).join("---\n"),
      "pipelines/b.yaml": chain.slice(2000).join("---\n"),
    });
    expectFindings({
      "pipelines/a.yaml": [
        pipeline("top", { sinks: "pipeline: left\n  - pipeline: right\n    name: second" }),
        pipeline("left", { source: "pipeline: {}", sinks: "pipeline: bottom" }),
        pipeline("right", { source: "pipeline: {}", sinks: "pipeline: bottom" }),
        pipeline("bottom", { source: "pipeline: {}" }),
      ].join("---\n"),
    });
  });
});

describe("connections", () => {
  const settings = "connections:\n  orders: { database: { url: secret-address } }\n";

  test("one that does not exist, one of the wrong kind", () => {
    const findings = expectFindings({
      "signalbox.yaml": settings,
      "pipelines/a.yaml": pipeline("a", { sinks: "sql: { connection: ⟦CONNECTION_UNKNOWN⟧order }" }),
      "pipelines/b.yaml": pipeline("b", { sinks: "sql: { connection: ⟦CONNECTION_KIND⟧events }" }),
      "pipelines/c.yaml": pipeline("c", { sinks: "sql: { connection: orders }" }),
    });
    expect(findings).toMatchObject([
      { message: 'there is no connection "order"', suggestion: 'did you mean "orders"?' },
      { message: 'connection "events" is of kind events, and database is needed' },
    ]);
  });

  test("one that is broken stops those who use it, and says where to mend it", () => {
    const files = {
      "signalbox.yaml": "connections:\n  orders: { ⟦FIELD_MISSING⟧database: {} }\n",
      "pipelines/a.yaml": pipeline("a", { sinks: "sql: { connection: ⟦CONNECTION_BROKEN⟧orders }" }),
      "pipelines/b.yaml": pipeline("b"),
    };
    const findings = expectFindings(files);
    expect(findings[0]?.related?.map(formatLocation)).toEqual(["signalbox.yaml:2:3"]);
    expect(run(files).pipelines.map(({ name }) => name)).toEqual(["b"]);
  });

  test("the default one exists from the environment, and says what it lacks", () => {
    const files = { "pipelines/a.yaml": pipeline("a", { source: 'events: { subscribe: [{ tag: "x" }] }' }) };
    const good = run(files, { EVENTS_KEY: "abc-key" });
    expect(good.settings.connections).toMatchObject([{ name: "events", config: { key: "abc-key", url: "https://x" } }]);
    expect(good.secrets).toContain("abc-key");
    const bad = run(files);
    expect(bad.findings).toMatchObject([
      {
        code: "CONFIG_CONNECTION_BROKEN",
        at: { line: 2, column: 11 },
        message: 'connection "events" is not complete: it needs "key"',
        suggestion: expect.stringMatching(/^set EVENTS_KEY, or declare it in signalbox\.yaml/),
      },
    ]);
  });
});

function run(files: Readonly<Record<string, string>>, env = {}) {
  const read = Object.entries(files).map(([path, text]) => ({ path, text: text.replaceAll(/⟦[A-Z_]+⟧/g, "") }));
  return parseProject(read, { registry: sampleRegistry, env, projectDir: "/project" });
}
