import { createBackend } from "@signalbox/jobs";
import { type Readiness, SignalboxError, silentLogger, systemClock } from "@signalbox/core";
import {
  createTestEngine,
  type DeliveryFixture,
  missingServer,
  startRedis,
  startTestEngine,
} from "@signalbox/core/testing";
import { afterEach, expect, test } from "vitest";
import { consoleOf, fedPipeline, memory, type OpenConsole, openConsole } from "./testing/open-console.ts";

const opened: OpenConsole[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

async function start(given: Promise<OpenConsole>): Promise<OpenConsole> {
  const console = await given;
  opened.push(console);
  return console;
}

interface Answer {
  readonly code: number;
  readonly status: string;
  readonly reasons: Readiness["reasons"];
}

async function readyz(url: string): Promise<Answer> {
  const answer = await fetch(`${url}/readyz`);
  return { code: answer.status, ...((await answer.json()) as Omit<Answer, "code">) };
}

/** Asks until it answers with `code`. */
async function until(url: string, code: number): Promise<Answer> {
  for (;;) {
    const answer = await readyz(url);
    if (answer.code === code) return answer;
  }
}

const ready = { code: 200, status: "ready", reasons: [] };
const failure = (options: { isAccessRefused?: boolean } = {}) =>
  ({
    status: "retryable",
    cause: new SignalboxError("SINK_WRITE_FAILED", "no", { isRetryable: true, ...options }),
  }) as const;

test("an engine is ready once it has started, and no longer when it stops", async () => {
  const run = createTestEngine(memory, fedPipeline);
  const { url } = await start(consoleOf(run));
  expect(await readyz(url)).toMatchObject({ code: 503, status: "not ready", reasons: [{ code: "engine-starting" }] });
  await run.engine.start();
  expect(await readyz(url)).toEqual(ready);
  const stopped = run.engine.stop();
  expect(await readyz(url)).toMatchObject({ code: 503, reasons: [{ code: "engine-stopping" }] });
  await stopped;
});

test("a pipeline whose source does not open is a reason until it does", async () => {
  const run = createTestEngine(memory, fedPipeline);
  let isShut = true;
  run.feed("in").open = () => {
    if (isShut) throw new SignalboxError("SOURCE_FAILED", "it is shut", { isRetryable: true });
  };
  const { url } = await start(consoleOf(run));
  await run.engine.start();
  const { reasons } = await until(url, 503);
  expect(reasons).toEqual([{ code: "pipeline-not-running", pipeline: "fed", message: "SOURCE_FAILED: it is shut" }]);
  isShut = false;
  expect(await until(url, 200)).toEqual(ready);
});

const sink = (breaker: string): string => `name: sinking
source: { feed: { id: in } }
sinks: [{ probe: { id: out }, breaker: { ${breaker} }, retry: { attempts: 1000, backoff: 5ms, maxBackoff: 10ms } }]
`;

test.each([
  { code: "sink-left-alone", isAccessRefused: false, message: "SINK_WRITE_FAILED: no" },
  { code: "sink-access-refused", isAccessRefused: true, message: "SINK_WRITE_FAILED: no" },
])(
  "$code: a sink whose breaker is open is a reason until a probe finds it well",
  async ({ code, isAccessRefused, message }) => {
    const { run, url } = await start(openConsole(sink("failures: 1, openFor: 50ms, maxOpenFor: 50ms")));
    let isDown = true;
    run.probe("out").answer = () => (isDown ? failure({ isAccessRefused }) : { status: "delivered" });
    await run.feed("in").send({ id: "a" });
    expect(await readyz(url)).toMatchObject({
      code: 503,
      reasons: [{ code, pipeline: "sinking", sink: "probe", message }],
    });
    isDown = false;
    expect(await until(url, 200)).toEqual(ready);
  },
);

test("the alarm of dead letters is a reason until enough of them are gone", async () => {
  const { run, url } = await start(openConsole(fedPipeline));
  const cause = new SignalboxError("SINK_WRITE_FAILED", "never");
  run.probe("out").answer = () => ({ status: "rejected", cause });
  await Promise.all(Array.from({ length: 1_000 }, (_, index) => run.feed("in").send({ id: `m${index}` })));
  expect(await readyz(url)).toMatchObject({ code: 503, reasons: [{ code: "dead-letter-alarm" }] });
  const { deadLetters } = run.engine;
  const letters = await deadLetters.list({ limit: 200 });
  await deadLetters.purge(
    letters.map(({ id }) => id),
    "test",
  );
  expect(await readyz(url)).toEqual(ready);
});

test("a store that never answers is a reason within seconds, and those who ask wait together", async () => {
  let asked = 0;
  const never = new Promise<never>(() => undefined);
  const hanging: DeliveryFixture = {
    create() {
      const backend = memory.create();
      const { lanes } = backend.store;
      const nextDue = (lane: string): Promise<number | undefined> => {
        if (lane !== "readiness") return lanes.nextDue(lane);
        asked += 1;
        return never;
      };
      return { ...backend, store: { ...backend.store, lanes: { ...lanes, nextDue } } };
    },
    stop: () => Promise.resolve(),
  };
  const { url } = await start(startTestEngine(hanging, fedPipeline).then((run) => consoleOf(run)));
  const answers = await Promise.all([readyz(url), readyz(url), readyz(url)]);
  for (const answer of answers) {
    expect(answer).toMatchObject({
      code: 503,
      reasons: [{ code: "store-unreachable", message: "the store did not answer within 2 s" }],
    });
  }
  expect(asked).toBe(1);
});

test.skipIf(missingServer("redis") !== undefined)(
  "a store that is down is a reason until it is back",
  { timeout: 90_000 },
  async () => {
    const server = await startRedis();
    const fixture: DeliveryFixture = {
      create: () =>
        createBackend(
          { kind: "redis", url: server.url },
          { clock: systemClock, log: silentLogger, projectDir: "/tmp" },
        ),
      stop: () => server.stop(),
    };
    const { url, close } = await startTestEngine(fixture, fedPipeline).then((run) => consoleOf(run));
    expect(await until(url, 200)).toEqual(ready);
    await server.kill();
    const { reasons } = await until(url, 503);
    expect(reasons.map(({ code }) => code)).toContain("store-unreachable");
    await server.restart();
    expect(await until(url, 200)).toEqual(ready);
    await close();
    await server.stop();
  },
);

test("the listener of webhooks says the same in kinds of reasons, without names and texts", async () => {
  const { run, url } = await start(openConsole(sink("failures: 1, openFor: 1h, maxOpenFor: 1h")));
  const health = `${run.engine.status().httpUrl}/readyz`;
  const listener = async (): Promise<unknown> => {
    const answer = await fetch(health);
    return [answer.status, await answer.json()];
  };
  expect(await listener()).toEqual([200, { status: "ready", reasons: [] }]);
  run.probe("out").answer = () => failure();
  await run.feed("in").send({ id: "a" });
  await run.feed("in").send({ id: "b" });
  expect((await readyz(url)).code).toBe(503);
  expect(await listener()).toEqual([503, { status: "not ready", reasons: ["sink-left-alone"] }]);
});
