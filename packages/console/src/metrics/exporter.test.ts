import { Durations, type EngineStatus, type EngineTimings, type PipelineStatus } from "@signalbox/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fedPipeline, type OpenConsole, openConsole } from "../testing/open-console.ts";
import { parseMetrics } from "../testing/scrape.ts";
import { metricGroups } from "./all.ts";
import { others, seriesBounds } from "./bounds.ts";
import { CommandBook } from "./command-book.ts";
import type { Reading } from "./definition.ts";
import { createExporter } from "./exporter.ts";
import { TickBook } from "./tick-book.ts";

let real: OpenConsole;

beforeAll(async () => {
  real = await openConsole(fedPipeline);
  await real.run.feed("in").send({ id: "a" });
});
afterAll(() => real.close());

/** A reading of an engine with these pipelines, each as the real one's. */
function readingOf(names: readonly string[]): Reading {
  const { engine } = real.run;
  const status: EngineStatus = engine.status();
  const timings: EngineTimings = engine.timings();
  const named = <T>(parts: readonly T[]): readonly T[] =>
    names.flatMap((name) => parts.map((part) => ({ ...part, name })));
  const { services } = engine;
  return {
    status: { ...status, pipelines: named<PipelineStatus>(status.pipelines) },
    timings: { ...timings, pipelines: named(timings.pipelines) },
    readiness: { isReady: false, reasons: [{ code: "sink-left-alone", message: "no" }] },
    jumps: { forward: 0, back: 0 },
    ticks: new TickBook(services.schedules),
    commands: new CommandBook(services.commands),
    loopDelay: new Durations().snapshot(),
  };
}

test("a hostile name is escaped, and makes neither a series nor a line of its own", async () => {
  const hostile = 'a"} 1\nfake_metric{x="\\';
  const { series, text } = parseMetrics(await createExporter().write(readingOf([hostile])));
  expect(series.get('signalbox_pipeline_received_total{pipeline="a\\"} 1\\nfake_metric{x=\\"\\\\"}')).toBe(1);
  expect(text).not.toMatch(/^fake_metric/m);
});

test("beyond the bound pipelines share a series that bears their sum", async () => {
  const names = Array.from({ length: seriesBounds.pipelines + 5 }, (_, index) => `p${index}`);
  const { series } = parseMetrics(await createExporter().write(readingOf(names)));
  const received = [...series].filter(([name]) => name.startsWith("signalbox_pipeline_received_total"));
  expect(received).toHaveLength(seriesBounds.pipelines + 1);
  expect(series.get(`signalbox_pipeline_received_total{pipeline="${others}"}`)).toBe(5);
  expect(series.get(`signalbox_sink_delivery_seconds_count{pipeline="${others}",sink="${others}"}`)).toBe(5);
  expect(series.has('signalbox_pipeline_received_total{pipeline="p1004"}')).toBe(false);
  const idle = (pipeline: string): number | undefined =>
    series.get(`signalbox_source_idle_seconds{pipeline="${pipeline}",source="feed"}`);
  expect(idle(others)).toBe(idle("p0"));
});

test("two readings at once do not mix", async () => {
  const exporter = createExporter();
  const [one, two] = await Promise.all([exporter.write(readingOf(["one"])), exporter.write(readingOf(["two"]))]);
  expect([one.includes('"two"'), two.includes('"one"')]).toEqual([false, false]);
});

test("names say what they are: a prefix, base units, _total on counters alone", () => {
  const metrics = metricGroups.flatMap((group) => group.metrics);
  expect(new Set(metrics.map(({ name }) => name)).size).toBe(metrics.length);
  for (const { name, type, help, labels } of metrics) {
    expect(name).toMatch(/^signalbox_[a-z_]+$/);
    expect([name, name.endsWith("_total")]).toEqual([name, type === "counter"]);
    expect(name).not.toMatch(/_(ms|milliseconds|kb|count|sum|bucket)(_total)?$/);
    expect([name, type !== "histogram" || name.endsWith("_seconds")]).toEqual([name, true]);
    expect(help).toMatch(/^[A-Z1].*\.$/);
    expect(labels.every((label) => /^[a-z]+$/.test(label))).toBe(true);
  }
});

test("no sample bears a label that its metric does not tell of, or in another order", async () => {
  const { series } = parseMetrics(await createExporter().write(readingOf(["one"])));
  const labelled = new Map(metricGroups.flatMap(({ metrics }) => metrics.map((each) => [each.name, each.labels])));
  for (const text of series.keys()) {
    const [name = "", rest = ""] = text.split(/[{}]/);
    const metric = name.replace(/_(bucket|sum|count)$/, "");
    const labels = [...rest.matchAll(/([a-z]+)="/g)].map(([, label]) => label).filter((label) => label !== "le");
    expect([text, labels]).toEqual([text, labelled.get(name) ?? labelled.get(metric)]);
  }
});
