// What pages ask for beside the live stream, of a running engine over HTTP.
import type { ChangeList } from "@signalbox/core";
import { createManualClock } from "@signalbox/core/testing";
import { afterEach, expect, test } from "vitest";
import { type OpenConsole, openConsole } from "./testing/open-console.ts";

const pipeline = `
name: fed
description: what a test feeds
source: { feed: { id: in } }
steps: [{ filter: "on", name: only }]
sinks:
  - probe: { id: out }
    when: value > 1
    transform: '{ "v": value }'
    name: out
`;

const opened: OpenConsole[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

async function start(options: Parameters<typeof openConsole>[1] = {}): Promise<OpenConsole> {
  const console = await openConsole(pipeline, options);
  opened.push(console);
  return console;
}

async function get(url: string): Promise<unknown> {
  return (await fetch(url)).json();
}

function post(url: string, body: unknown): Promise<Response> {
  return fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
}

async function play(url: string, body: unknown): Promise<unknown> {
  return (await post(`${url}/api/v1/playground`, body)).json();
}

test("a pipeline is shown closely: how it stands, where it is written, what it is made of", async () => {
  const { url } = await start();
  const detail = await get(`${url}/api/v1/pipelines/fed`);
  expect(detail).toMatchObject({
    status: { name: "fed", state: "running", description: "what a test feeds" },
    file: { path: "pipelines/test.yaml", line: 2 },
    findings: [],
    graph: {
      source: { component: "feed", fields: { id: "in" } },
      steps: [{ name: "only", component: "filter", fields: "on", at: { line: 5 } }],
      sinks: [
        {
          name: "out",
          component: "probe",
          when: "value > 1",
          transform: '{ "v": value }',
          options: { timeoutMs: expect.any(Number), breaker: { failures: expect.any(Number) } },
        },
      ],
      delivery: "direct",
    },
  });
  const unknown = await fetch(`${url}/api/v1/pipelines/none`);
  expect([unknown.status, await unknown.json()]).toMatchObject([404, { code: "CONTROL_PIPELINE_UNKNOWN" }]);
});

test("the latest messages of a pipeline can be had, and tried an expression on", async () => {
  const { url, run } = await start();
  await run.feed("in").send({ id: "a", body: { on: true, value: 20 } });
  await run.feed("in").send({ id: "b", body: { on: false, value: 21 } });
  expect(await get(`${url}/api/v1/samples?pipeline=fed&limit=1`)).toMatchObject([{ id: "b", body: { value: 21 } }]);
  const message = { pipeline: "fed", id: "a" };
  const expression = '{ "f": value * 9 / 5 + 32, "of": $meta.pipeline }';
  expect(await play(url, { expression, message })).toMatchObject({
    hasResult: true,
    result: { f: 68, of: "fed" },
    problems: [],
    durationMs: expect.any(Number),
  });
  const gone = await post(`${url}/api/v1/playground`, { expression, message: { pipeline: "fed", id: "z" } });
  expect([gone.status, await gone.json()]).toMatchObject([404, { code: "CONTROL_MESSAGE_UNKNOWN" }]);
});

test.each([
  ["1 +\n  * 2", { error: { code: "CONFIG_EXPRESSION_SYNTAX", line: 2 }, problems: [{ severity: "error", line: 2 }] }],
  ['a.b +\n "x"', { error: { code: "EXPRESSION_FAILED", line: 1, column: 5 } }],
  ["missing", { hasResult: false }],
  ["$vars.x + $meta.y", { result: 5 }],
])("the playground tells of %j what came of it, and where it is wrong", async (expression, expected) => {
  const { url } = await start();
  const sample = { input: { a: { b: 1 } }, vars: { x: 2 }, meta: { y: 3 } };
  expect(await play(url, { expression, ...sample })).toMatchObject(expected);
});

test(
  "an expression that would never end is given up, and the engine goes on meanwhile",
  { timeout: 60_000 },
  async () => {
    const { url, run } = await start();
    const endless = "($f := function($n) { $f($n + 1) }; $f(0))";
    const tried = play(url, { expression: endless, input: {} });
    await run.feed("in").send({ id: "a", body: { on: true, value: 2 } });
    await run.until(() => run.writes("fed", "out").delivered === 1);
    expect(await tried).toMatchObject({ hasResult: false, error: { code: "EXPRESSION_LIMIT" } });
  },
);

test("a text that is too long to be an expression is refused", async () => {
  const { url } = await start();
  const answer = await post(`${url}/api/v1/playground`, { expression: "x".repeat(20_000) });
  expect([answer.status, await answer.json()]).toMatchObject([400, { code: "CONTROL_BODY_INVALID" }]);
});

test("the minutes of a pipeline, its steps and sinks can be had as columns", async () => {
  const clock = createManualClock();
  const { url, run } = await start({ clock });
  for (let n = 0; n < 30; n += 1) await run.feed("in").send({ id: `a${n}`, body: { on: n > 0, value: n } });
  await run.until(() => run.counts("fed").inFlight === 0);
  clock.advance(60_000);
  clock.advance(60_000);
  const history = await get(`${url}/api/v1/history?pipeline=fed`);
  expect(history).toMatchObject({
    everyMs: 60_000,
    at: [expect.any(Number), expect.any(Number)],
    pipeline: { receivedPerSecond: [0.5, 0], discarded: [2, 0], inFlight: [0, 0] },
    steps: {
      only: { passedPerSecond: [0.483, 0], discardedPerSecond: [0.0167, 0], p50Ms: [expect.any(Number), null] },
    },
    sinks: { out: { deliveredPerSecond: [0.467, 0], discarded: [0, 0], p50Ms: [expect.any(Number), null] } },
  });
  expect((await fetch(`${url}/api/v1/history?pipeline=none`)).status).toBe(404);
});

test("what was done can be looked through, page by page", async () => {
  const { url } = await start();
  for (const by of ["ada", "bob", "ada"]) await post(`${url}/api/v1/dead-letters/purge`, { ids: ["x"], by });
  const list = async (query: string): Promise<ChangeList> =>
    (await get(`${url}/api/v1/changes?${query}`)) as ChangeList;
  const first = await list("by=ada&limit=1");
  expect(first.changes).toHaveLength(1);
  const second = await list(`by=ada&limit=1&after=${encodeURIComponent(first.next ?? "")}`);
  expect(second.changes[0]?.id).not.toBe(first.changes[0]?.id);
  expect(second.next).toBeUndefined();
  expect((await list("order=oldest")).changes.map(({ by }) => by)).toEqual(["ada", "bob", "ada"]);
  // Trying out changes nothing.
  await play(url, { expression: "1" });
  expect((await list("")).changes).toHaveLength(3);
});

test("there are no devices where no connection hears any", async () => {
  const { url } = await start();
  expect(await get(`${url}/api/v1/devices?silent=true`)).toEqual({ devices: [], total: 0, silent: 0 });
  expect(await get(`${url}/api/v1/connections`)).toEqual([]);
  const unknown = await fetch(`${url}/api/v1/devices/02d2`);
  expect([unknown.status, await unknown.json()]).toMatchObject([404, { code: "CONTROL_DEVICE_UNKNOWN" }]);
});
