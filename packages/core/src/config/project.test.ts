import { describe, expect, test } from "vitest";
import { pipelineAround } from "../testing/project.ts";
import { sampleDefinitions, sampleRegistry } from "../testing/sample-registry.ts";
import type { Expression, Template } from "../component/expression.ts";
import { judge } from "../component/expression.ts";
import { SignalboxError } from "../errors/error.ts";
import type { Message } from "../message.ts";
import type { Project } from "./model.ts";
import { parseProject } from "./project.ts";

function parse(text: string, env: Readonly<Record<string, string>> = {}): Project {
  return parseProject([{ path: "pipelines/a.yaml", text }], { registry: sampleRegistry, env, projectDir: "/project" });
}

function message(body: unknown): Message {
  const time = "2026-01-01T00:00:00Z";
  return { id: "m1", body, meta: { pipeline: "a", source: "timer", time, receivedAt: time, topic: "t1" } };
}

const whole = `# everything an author can write
name: office-air
description: Tell the building.
source: { timer: { every: "\${EVERY:-5m}", body: { limit: "\${LIMIT}", list: [1, true, null] } } }
steps:
  - filter: co2 != null
  - filter: co2 > $vars.limit
    when: $meta.topic = "t1"
  - transform: |
      { "co2": co2, "topic": $meta.topic }
    name: shape
sinks:
  - http:
      url: "https://\${HOST}/{{ topic }}/$\${x}?n={{ co2 }}"
      headers: { authorization: "Bearer \${TOKEN}" }
      port: "\${PORT}"
      secure: "\${SECURE}"
    name: bms
    when: co2 > 1000
    transform: '{ "value": co2 }'
    batch: { count: 5, bytes: 2kB, linger: 3s }
    retry: { attempts: 8, backoff: 2s, maxBackoff: 5m }
    timeout: 7s
  - drop:
route: first
order: none
maxInFlight: 50
limits: { time: 1s, depth: 100, sequence: 1000, output: 1MB }
vars: { limit: 800, name: "\${HOST}" }
enabled: false
delivery: direct
`;
const env = { LIMIT: "900", HOST: "bms.example", TOKEN: "swordfish", PORT: "8443", SECURE: "false" };

describe("a pipeline with everything in it", () => {
  const { pipelines, findings, secrets, documentCount } = parse(whole, env);
  const pipeline = pipelines[0];

  test("has no findings, and its secrets are known", () => {
    expect({ findings, documentCount }).toEqual({ findings: [], documentCount: 1 });
    expect(secrets).toEqual(["swordfish", "Bearer swordfish"]);
  });

  test("carries every key", () => {
    expect(pipeline).toMatchObject({
      name: "office-air",
      description: "Tell the building.",
      at: { file: "pipelines/a.yaml", line: 2, column: 1 },
      isEnabled: false,
      route: "first",
      order: "none",
      maxInFlight: 50,
      source: { name: "timer", config: { every: 300_000, body: { limit: "900", list: [1, true, null] } } },
    });
    expect(pipeline?.steps.map(({ name }) => name)).toEqual(["filter", "filter-2", "shape"]);
    expect(pipeline?.sinks).toMatchObject([
      {
        name: "bms",
        at: { line: 13, column: 5 },
        config: { port: 8443, secure: false, method: "POST", keep: 30_000, bodyLimit: 1_000_000 },
        batch: { count: 5, bytes: 2000, lingerMs: 3000 },
        retry: { attempts: 8, backoffMs: 2000, maxBackoffMs: 300_000 },
        timeoutMs: 7000,
      },
      { name: "drop", retry: { attempts: 10, backoffMs: 1000, maxBackoffMs: 300_000 }, timeoutMs: 10_000 },
    ]);
    expect(pipeline?.sinks[1]?.batch).toBeUndefined();
  });

  test("its expressions see body, metadata and vars", async () => {
    const [first, second, shape] = pipelines.flatMap(({ steps }) => steps);
    if (shape === undefined) throw new Error("a step is missing");
    expect(await judge(first?.config as Expression, message({ co2: 1 }))).toBe("true");
    expect(await judge(second?.config as Expression, message({ co2: 801 }))).toBe("true");
    expect(await judge(second?.config as Expression, message({ co2: 800 }))).toBe("false");
    expect(await judge(second?.config as Expression, message({}))).toBe("nothing");
    expect(await judge(second?.when as Expression, message({}))).toBe("true");
    expect(await (shape.config as Expression).evaluate(message({ co2: 5 }))).toEqual({ co2: 5, topic: "t1" });
    expect(await pipeline?.sinks[0]?.transform?.evaluate(message({ co2: 5 }))).toEqual({ value: 5 });
  });

  test("its templates have their variables and holes filled", async () => {
    const config = pipeline?.sinks[0]?.config as { url: Template; headers: { authorization: Template } };
    expect(await config.url.render(message({ topic: "x", co2: 7 }))).toBe("https://bms.example/x/${x}?n=7");
    expect(config.url.literalStart).toBe("https://bms.example/");
    expect(config.headers.authorization).toMatchObject({ isConstant: true, text: "Bearer ${TOKEN}" });
    expect(await config.headers.authorization.render(message({}))).toBe("Bearer swordfish");
  });

  test("an optional field that its variable leaves empty is not given; any other is an empty text", async () => {
    const around = (http: string): string => `name: b\nsource: { timer: { every: 5s } }\nsinks:\n  - http: ${http}\n`;
    const text = around('{ url: "${HOST:-}", port: "${PORT:-}", code: "${CODE}${CODE:-}", headers: { x: "${X:-}" } }');
    const { findings, pipelines } = parse(text, { CODE: "" });
    expect(findings).toEqual([]);
    const config = pipelines[0]?.sinks[0]?.config as { url: Template; headers: { x: Template } };
    expect(config).not.toHaveProperty("port");
    expect(config).not.toHaveProperty("code");
    expect([await config.url.render(message({})), await config.headers.x.render(message({}))]).toEqual(["", ""]);
    expect(parse(around('{ url: x, code: "" }')).findings).toMatchObject([{ at: { line: 4, column: 27 } }]);
  });

  test("a runtime error points into the file, and limits are kept", async () => {
    const project = parse(`name: b
source: { timer: { every: 1s } }
steps:
  - transform: |
      {
        "a": 1 +
          name
      }
  - transform: "[1..2000]"
sinks: [{ drop: {} }]
limits: { sequence: 100 }
`);
    const [first, second] = project.pipelines.flatMap(({ steps }) => steps);
    const failure = await failureOf(first?.config as Expression, message({ name: "x" }));
    expect(failure).toMatchObject({ code: "EXPRESSION_FAILED", at: { file: "pipelines/a.yaml", line: 6 } });
    expect(failure.message).toMatch(/JSONata T2001|JSONata T2002/);
    expect(await failureOf(second?.config as Expression, message({}))).toMatchObject({
      code: "EXPRESSION_LIMIT",
      at: { line: 9 },
    });
  });
});

test.each([
  ["time: 1ms", "time: 1m", "$sum($map([1..100000], function($x) { $x * 2 }))"],
  ["depth: 50", "depth: 5000", "($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(100))"],
  ["sequence: 100", "sequence: 1000", "$count([1..500])"],
  ["output: 100B", "output: 1kB", '$pad("", 500)'],
])("a pipeline's limit %s stops what %s allows", async (tight, wide, expression) => {
  const run = async (limits: string): Promise<unknown> => {
    const text = `name: a\nsource: { timer: { every: 1s } }\nsinks: [{ drop: {} }]\nlimits: { ${limits} }\nsteps:\n  - transform: '${expression}'\n`;
    const config = parse(text).pipelines[0]?.steps[0]?.config;
    return (config as Expression).evaluate(message({}));
  };
  await expect(run(tight)).rejects.toMatchObject({ code: "EXPRESSION_LIMIT", at: { line: 6 } });
  await expect(run(wide)).resolves.toBeDefined();
});

async function failureOf(expression: Expression, given: Message): Promise<SignalboxError> {
  try {
    await expression.evaluate(given);
  } catch (error) {
    if (error instanceof SignalboxError) return error;
  }
  throw new Error("the expression did not fail as expected");
}

describe("alternatives are told apart by their form", () => {
  const stepFor = (yaml: string): unknown => {
    const { pipelines, findings } = parse(
      `name: a\nsource: { timer: { every: 1s } }\nsteps:\n  - ${yaml}\nsinks: [{ drop: {} }]\n`,
    );
    expect(findings).toEqual([]);
    return pipelines[0]?.steps[0]?.config;
  };

  test("an expression as text, or as a mapping with options", () => {
    expect(stepFor("transform: a")).toMatchObject({ text: "a" });
    expect(stepFor("transform: { expression: b }")).toMatchObject({ expression: { text: "b" }, onNothing: "fail" });
    expect(stepFor("transform: { expression: b, onNothing: filter }")).toMatchObject({ onNothing: "filter" });
  });

  test("mappings by their keys, and text or a list", () => {
    const { pipelines, findings } = parse(
      `name: a
source:
  events:
    subscribe:
      - { asset: "0242" }
      - { asset: ["1", "\${LIMIT}"], topic: x }
      - { tag: "t" }
      - { sql: { connection: orders, query: select } }
sinks: [{ drop: {} }]
`,
      { LIMIT: "2", EVENTS_KEY: "k" },
    );
    expect(findings.map(({ code }) => code)).toEqual(["CONFIG_CONNECTION_UNKNOWN"]);
    expect(pipelines).toEqual([]);
  });
});

describe("pipelineAround", () => {
  test("makes a pipeline of one item, or throws its finding", () => {
    const http = sampleDefinitions.find(({ name }) => name === "http");
    if (http === undefined) throw new Error("no sample of that name");
    expect(pipelineAround(http, "http: { url: x }\ntimeout: 3s").sinks[0]).toMatchObject({
      name: "http",
      timeoutMs: 3000,
    });
    expect(() => pipelineAround(http, "http: { url: x, prot: 5 }")).toThrow(
      /pipelines\/test\.yaml:5:21 .*has no field "prot"/,
    );
  });
});
