// The dashboard and the alert rules against what the engine really exports.
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createConsole, metricGroups } from "@signalbox/console";
import { testControl } from "@signalbox/core/testing";
import { commandStates, createEngine, parseProject, silentLogger, systemClock } from "@signalbox/core";
import { createBackend } from "@signalbox/jobs";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { createProductRegistry } from "../components.ts";
import { readQuery } from "../testing/promql.ts";

const folder = resolve(dirname(fileURLToPath(import.meta.url)), "../../../../docs/monitoring");
const textOf = (name: string): string => readFileSync(join(folder, name), "utf8");

const rule = z.strictObject({
  alert: z.string(),
  expr: z.string(),
  for: z.string().optional(),
  labels: z.strictObject({ severity: z.enum(["page", "ticket"]) }),
  annotations: z.strictObject({ summary: z.string(), description: z.string() }),
});
const rulesFile = z.strictObject({
  groups: z.tuple([z.strictObject({ name: z.string(), rules: z.array(rule) })]),
});
const dashboardFile = z.object({
  templating: z.object({ list: z.array(z.object({ name: z.string(), definition: z.string().optional() })) }),
  annotations: z.object({ list: z.array(z.object({ expr: z.string() })) }),
  panels: z.array(
    z.object({
      id: z.int(),
      title: z.string(),
      type: z.string(),
      targets: z.array(z.object({ expr: z.string(), legendFormat: z.string() })).default([]),
    }),
  ),
});

const [{ rules }] = rulesFile.parse(parse(textOf("alerts.yaml"))).groups;
const dashboard = dashboardFile.parse(JSON.parse(textOf("grafana-dashboard.json")));
const targets = dashboard.panels.flatMap((panel) => panel.targets.map((each) => ({ title: panel.title, ...each })));

/** Type by name, of everything a running engine exports. */
let exported: ReadonlyMap<string, string>;

beforeAll(async () => {
  const quiet = "name: quiet\nsource: { pipeline: {} }\nsinks: [{ drop: {} }]\n";
  const files = [{ path: "pipelines/quiet.yaml", text: quiet }];
  const project = parseProject(files, { registry: createProductRegistry(), env: { SIGNALBOX_HTTP_PORT: "0" } });
  const [clock, log] = [systemClock, silentLogger];
  const backend = createBackend({ kind: "memory" }, { clock, log, projectDir: "/nonexistent" });
  const engine = createEngine({ project, backend, clock, log, version: "test" });
  const settings = { host: "127.0.0.1", port: 0 };
  const { api } = testControl(engine);
  const console = createConsole({ settings, engine, api, clock, log, redact: (text) => text });
  const url = await console.open();
  await engine.start();
  const text = await (await fetch(`${url}/metrics`)).text();
  await console.close();
  await engine.stop();
  exported = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = "", type = ""]) => [name, type]));
});

// What Prometheus itself adds to every series.
const added = ["instance", "job"];

/** The labels of a series as the engine exports it; undefined where it exports none of that name. */
function labelsOf(series: string): readonly string[] | undefined {
  if (series === "up") return added;
  const name = exported.has(series) ? series : series.replace(/_(bucket|sum|count)$/, "");
  const type = exported.get(name);
  const metric = metricGroups.flatMap(({ metrics }) => metrics).find((each) => each.name === name);
  if (metric === undefined || type === undefined || (name !== series) !== (type === "histogram")) return undefined;
  return [...metric.labels, ...added, ...(series.endsWith("_bucket") ? ["le"] : [])];
}

/** What a query asks for that is not exported. */
function missing(query: string): readonly string[] {
  const { asked, groupedBy } = readQuery(query);
  const known = new Set(asked.flatMap(({ metric }) => labelsOf(metric) ?? []));
  return [
    ...(asked.length === 0 ? [`nothing is asked for in ${query}`] : []),
    ...asked.filter(({ metric }) => labelsOf(metric) === undefined).map(({ metric }) => metric),
    ...asked.flatMap(({ metric, labels }) =>
      labels.filter((label) => labelsOf(metric)?.includes(label) !== true).map((label) => `${metric}{${label}}`),
    ),
    ...groupedBy.filter((label) => !known.has(label)),
  ];
}

/** The labels a template names, `{{ $labels.x }}` or `{{x}}`. */
const namedIn = (text: string): readonly string[] =>
  [...text.matchAll(/\{\{\s*(?:\$labels\.)?([a-z_]+)\s*\}\}/g)].map(([, label = ""]) => label);

/** The labels that are left of a query's result. */
function labelsLeft(query: string): readonly string[] {
  const { asked, groupedBy } = readQuery(query);
  return groupedBy.length > 0 ? groupedBy : asked.flatMap(({ metric }) => labelsOf(metric) ?? []);
}

test("a wrong name, a wrong label and a histogram without its part are found", () => {
  expect(missing("rate(signalbox_pipeline_recieved_total[5m])")).toEqual(["signalbox_pipeline_recieved_total"]);
  expect(missing('signalbox_sink_parked{topic="a"}')).toEqual(["signalbox_sink_parked{topic}"]);
  expect(missing("sum by (devise) (signalbox_sink_parked)")).toEqual(["devise"]);
  expect(missing("signalbox_sink_try_seconds")).toEqual(["signalbox_sink_try_seconds"]);
  expect(missing("signalbox_sink_parked_bucket")).toEqual(["signalbox_sink_parked_bucket"]);
});

test("the engine exports every metric of the reference", () => {
  const defined = metricGroups.flatMap(({ metrics }) => metrics.map(({ name, type }) => [name, type] as const));
  expect(Object.fromEntries(exported)).toEqual(Object.fromEntries(defined));
});

describe("alert rules", () => {
  test.each(rules)("$alert asks for what is exported, and names labels that are left", ({ expr, annotations }) => {
    expect(missing(expr)).toEqual([]);
    const named = namedIn(`${annotations.summary} ${annotations.description}`);
    expect(named.filter((label) => !labelsLeft(expr).includes(label))).toEqual([]);
  });

  test("each has a name of its own, and states of commands that there are", () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    const states = rules.flatMap(({ expr }) => [...expr.matchAll(/state=~"([^"]+)"/g)]);
    const named = states.flatMap(([, list = ""]) => list.split("|"));
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((state) => !commandStates.some((each) => each === state))).toEqual([]);
  });
});

describe("the dashboard", () => {
  test.each(targets)("$title: $legendFormat asks for what is exported", ({ expr, legendFormat }) => {
    expect(missing(expr)).toEqual([]);
    expect(namedIn(legendFormat).filter((label) => !labelsLeft(expr).includes(label))).toEqual([]);
  });

  test("its variables and annotations ask for what is exported", () => {
    const { templating, annotations } = dashboard;
    for (const { expr } of annotations.list) expect(missing(expr)).toEqual([]);
    const queries = templating.list.flatMap(({ definition }) => (definition === undefined ? [] : [definition]));
    expect(queries.length).toBeGreaterThan(0);
    for (const query of queries) {
      const [, series = "", label = ""] = /^label_values\((.+), ([a-z]+)\)$/.exec(query) ?? [];
      expect(missing(series)).toEqual([]);
      expect(labelsLeft(series)).toContain(label);
    }
  });

  test("every panel has an id of its own, and shows something", () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(panels.filter(({ type, targets }) => (type === "row") === targets.length > 0)).toEqual([]);
  });
});
