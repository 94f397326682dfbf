import { SignalboxError } from "@signalbox/core";
import { afterEach, expect, test } from "vitest";
import { fedPipeline, type OpenConsole, openConsole } from "../testing/open-console.ts";
import { scrape } from "../testing/scrape.ts";

const opened: OpenConsole[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

async function start(yaml: string): Promise<OpenConsole> {
  const console = await openConsole(yaml);
  opened.push(console);
  return console;
}

const refusal = new SignalboxError("SINK_WRITE_FAILED", "no");
const outage = new SignalboxError("SINK_WRITE_FAILED", "not now", { isRetryable: true });

test("what flowed is what is exported: received, discarded, delivered, parked, dead", async () => {
  const { run, url } = await start(`
name: flow
source: { feed: { id: in } }
steps: [{ filter: keep }]
sinks:
  - probe: { id: good }
  - probe: { id: poor }
    name: poor
    when: poor
    retry: { attempts: 2, backoff: 1h, maxBackoff: 1h }
`);
  run.probe("poor").answer = ({ body }) => {
    const isWrong = (body as { wrong?: boolean }).wrong === true;
    return isWrong ? { status: "rejected", cause: refusal } : { status: "retryable", cause: outage };
  };
  const bodies = [
    { keep: false, poor: false },
    { keep: true, poor: false },
    { keep: true, poor: true },
    { keep: true, poor: true, wrong: true },
  ];
  await Promise.all(bodies.map((body, index) => run.feed("in").send({ id: `m${index}`, device: `d${index}`, body })));
  const { value } = await scrape(url);
  const of = (name: string): number | undefined => value(`signalbox_pipeline_${name}{pipeline="flow"}`);
  expect([of("received_total"), of("settled_total"), of("parked"), of("in_flight"), of("unaccounted")]).toEqual([
    4, 3, 1, 0, 0,
  ]);
  expect(value('signalbox_pipeline_discarded_total{pipeline="flow",reason="filtered"}')).toBe(1);
  expect(value('signalbox_pipeline_running{pipeline="flow"}')).toBe(1);
  expect(value('signalbox_source_idle_seconds{pipeline="flow",source="feed"}')).toBeGreaterThanOrEqual(0);
  const sink = (name: string, sink: string): number | undefined =>
    value(`signalbox_sink_${name}{pipeline="flow",sink="${sink}"}`);
  expect([sink("due_total", "probe"), sink("delivered_total", "probe")]).toEqual([3, 3]);
  expect([sink("due_total", "poor"), sink("delivered_total", "poor"), sink("retried_total", "poor")]).toEqual([
    2, 0, 1,
  ]);
  expect([sink("dead_lettered_total", "poor"), sink("parked", "poor"), sink("unaccounted", "poor")]).toEqual([1, 1, 0]);
  expect(sink("parked_bytes", "poor")).toBeGreaterThan(0);
  expect(value("signalbox_dead_letters")).toBe(1);
});

test("each delivery and each try is in a histogram, whose last bucket is its count", async () => {
  const { run, url } = await start(fedPipeline);
  await Promise.all(["a", "b", "c"].map((id) => run.feed("in").send({ id })));
  const { value } = await scrape(url);
  for (const name of ["signalbox_sink_delivery_seconds", "signalbox_sink_try_seconds"]) {
    expect(value(`${name}_count{pipeline="fed",sink="probe"}`)).toBe(3);
    expect(value(`${name}_bucket{pipeline="fed",sink="probe",le="+Inf"}`)).toBe(3);
    expect(value(`${name}_sum{pipeline="fed",sink="probe"}`)).toBeGreaterThan(0);
  }
});

test("D5 a message that waited in the store is delivered late in the histogram, too", async () => {
  const { run, url } = await start(
    "name: late\nsource: { feed: { id: in } }\nsinks: [{ probe: { id: out }, retry: { backoff: 120ms } }]\n",
  );
  run.probe("out").answer = (_message, nth) =>
    nth === 1 ? { status: "retryable", cause: outage } : { status: "delivered" };
  await run.feed("in").send({ id: "a" });
  await run.until(() => run.counts("late").settled === 1);
  const { value } = await scrape(url);
  expect(value('signalbox_sink_delivery_seconds_count{pipeline="late",sink="probe"}')).toBe(1);
  expect(value('signalbox_sink_delivery_seconds_bucket{pipeline="late",sink="probe",le="0.05"}')).toBe(0);
  expect(value('signalbox_sink_try_seconds_count{pipeline="late",sink="probe"}')).toBe(2);
});

test("the breaker's state is 1 for the state it is in", async () => {
  const { run, url } = await start(`
name: broken
source: { feed: { id: in } }
sinks: [{ probe: { id: out }, breaker: { failures: 1 }, retry: { backoff: 1h, maxBackoff: 1h } }]
`);
  const states = async (): Promise<readonly (number | undefined)[]> => {
    const { value } = await scrape(url);
    return ["closed", "open", "half-open"].map((state) =>
      value(`signalbox_sink_breaker{pipeline="broken",sink="probe",state="${state}"}`),
    );
  };
  expect(await states()).toEqual([1, 0, 0]);
  run.probe("out").answer = () => ({ status: "retryable", cause: outage });
  await run.feed("in").send({ id: "a" });
  expect(await states()).toEqual([0, 1, 0]);
});

test("ticks are counted by how they ended, and their lateness is timed", async () => {
  const { run, url } = await start(
    "name: ticking\nsource: { schedule: { every: 1s } }\nsinks: [{ probe: { id: out } }]\n",
  );
  await run.probe("out").until((got) => got.length >= 2);
  await run.until(() => run.engine.status().ticks.filter(({ outcome }) => outcome === "succeeded").length >= 2);
  const ended = run.engine.status().ticks.filter(({ outcome }) => outcome === "succeeded").length;
  const { series, value } = await scrape(url);
  const counts = [...series].filter(([name]) => name.startsWith('signalbox_ticks_total{pipeline="ticking"'));
  expect(value('signalbox_ticks_total{pipeline="ticking",timing="late",outcome="failed"}')).toBe(0);
  expect(counts.reduce((sum, [, count]) => sum + count, 0)).toBeGreaterThanOrEqual(ended);
  expect(value('signalbox_tick_lateness_seconds_count{pipeline="ticking"}')).toBeGreaterThanOrEqual(ended);
});

test("commands are counted by the states they enter", async () => {
  const { run, url } = await start(fedPipeline);
  const { commands } = run.engine.services;
  commands.register("box", { send: () => Promise.resolve({ status: "accepted" }) });
  const order = { pipeline: "fed", sink: "probe", message: "m", connection: "box", device: "d", payload: {} };
  const retry = { maxAttempts: 1, backoffMs: 1, maxBackoffMs: 1 };
  await commands.accept([{ key: "k", ...order, ...retry }]);
  await run.until(() => run.engine.status().commands[0]?.state === "accepted");
  const { value } = await scrape(url);
  for (const state of ["queued", "sent", "accepted"]) {
    expect([state, value(`signalbox_commands_total{pipeline="fed",state="${state}"}`)]).toEqual([state, 1]);
  }
  // From 0 on: Prometheus sees no increase in a series that begins at 1.
  expect(value('signalbox_commands_total{pipeline="fed",state="unknown"}')).toBe(0);
});

test("the engine tells what it is, how its store answers and how its process does", async () => {
  const { url } = await start(fedPipeline);
  const { series, value } = await scrape(url);
  expect(value(`signalbox_info{version="test",node="${process.version}",store="memory"}`)).toBe(1);
  expect(value("signalbox_running")).toBe(1);
  expect(value('signalbox_memory_bytes{kind="rss"}')).toBeGreaterThan(1e6);
  expect(value("signalbox_cpu_seconds_total")).toBeGreaterThan(0);
  expect(value('signalbox_store_call_seconds_count{operation="lanes.list"}')).toBeGreaterThan(0);
  expect(value('signalbox_store_call_failures_total{operation="lanes.list"}')).toBe(0);
  expect(series.has('signalbox_event_loop_delay_seconds_bucket{le="+Inf"}')).toBe(true);
});

test("a pipeline that a reload takes away has no series any more", async () => {
  const { run, url } = await start(fedPipeline);
  expect((await scrape(url)).text).toContain('pipeline="fed"');
  await run.reload(fedPipeline.replace("name: fed", "name: next"));
  const { text } = await scrape(url);
  expect(text).not.toContain('pipeline="fed"');
  expect(text).toContain('pipeline="next"');
});

test("steps count what they pass, take off and fail on, and how long they have it", async () => {
  const { run, url } = await start(`
name: steps
source: { feed: { id: in } }
steps:
  - filter: a > 0
  - name: parts
    split: items
  - name: shape
    transform: '{ "n": $number(n) }'
sinks: [{ probe: { id: out } }]
`);
  await run.feed("in").send({ id: "off", body: { a: 0 } });
  await run.feed("in").send({ id: "two", body: { a: 1, items: [{ n: "1" }, { n: "2" }] } });
  await run.feed("in").send({ id: "bad", body: { a: 1, items: [{ n: "x" }] } });
  const { value } = await scrape(url);
  const of = (count: string, step: string): number | undefined =>
    value(`signalbox_step_${count}{pipeline="steps",step="${step}"}`);
  const all = (step: string) => ["received_total", "passed_total", "failed_total"].map((count) => of(count, step));
  expect(["filter", "parts", "shape"].map(all)).toEqual([
    [3, 2, 0],
    [2, 2, 0],
    [3, 2, 1],
  ]);
  expect(value('signalbox_step_discarded_total{pipeline="steps",step="filter",reason="filtered"}')).toBe(1);
  expect(["filter", "parts", "shape"].map((step) => of("seconds_count", step))).toEqual([3, 2, 3]);
});
