// What `why` tells of queued messages, of parts, and, from the store, of what an earlier run of the engine left.
import type { WhyAnswer } from "@signalbox/core";
import { missingServer, startRedis, type TestServer } from "@signalbox/core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { main } from "../program.ts";
import { captureIo, type CapturedIo } from "../testing/captured-io.ts";
import { projectFolder } from "../testing/project.ts";

const pipelines = `name: queue
delivery: queued
source:
  webhook: { path: /queue, id: id, device: device }
steps:
  - filter: n > 0
sinks:
  - file: { path: data/even.ndjson }
    name: even
    when: n % 2 = 0
  - http: { url: "http://127.0.0.1:9/" }
    name: away
    when: n > 100
    retry: { attempts: 100, backoff: 1m }
---
name: parts
source:
  webhook: { path: /parts, id: id, device: device }
steps:
  - split: items
  - transform: '{ "n": $number(n) }'
sinks:
  - file: { path: data/all.ndjson }
    name: all
`;

describe.skipIf(missingServer("redis") !== undefined)("signalbox why, beyond one flow", { timeout: 200_000 }, () => {
  let redis: TestServer;
  let project: Awaited<ReturnType<typeof projectFolder>>;
  let env: Readonly<Record<string, string>>;
  let engine: Engine;
  beforeAll(async () => {
    redis = await startRedis();
    project = await projectFolder({ "pipelines/all.yaml": pipelines });
    const ports = { SIGNALBOX_CONSOLE_PORT: "0", SIGNALBOX_HTTP_PORT: "0", SIGNALBOX_SIMULATOR_PORT: "0" };
    env = { ...ports, REDIS_URL: redis.url };
    engine = await start();
  }, 200_000);
  afterAll(async () => {
    await engine.stop();
    await project.remove();
    await redis.stop();
  }, 100_000);

  interface Engine {
    readonly http: string;
    stop(): Promise<unknown>;
  }

  async function start(): Promise<Engine> {
    const io: CapturedIo = captureIo({ cwd: project.dir, env });
    const code = main(["run", "--log", "json", "--no-watch"], io);
    await Promise.race([io.until("out", "Signalbox runs."), code]);
    const stop = (): Promise<unknown> => {
      io.signal("SIGTERM");
      return code;
    };
    return { http: /"http":"([^"]+)"/.exec(io.out())?.[1] ?? io.out(), stop };
  }

  async function send(path: string, body: object): Promise<void> {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${engine.http}/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    await response.arrayBuffer();
  }

  async function call(args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
    const io = captureIo({ cwd: project.dir, env });
    return { code: await main(args, io), out: io.out(), err: io.err() };
  }

  async function whyUntil(id: string, holds: (answer: WhyAnswer) => boolean | undefined): Promise<void> {
    for (;;) {
      const { out } = await call(["why", id, "--json"]);
      if (holds(JSON.parse(out) as WhyAnswer) === true) return;
    }
  }

  test("a message of `delivery: queued` is told of as any other, once it has flowed", async () => {
    await send("queue", { id: "q2", n: 2, device: "d1" });
    await whyUntil("q2", ({ passages }) => passages[0]?.counts.isOpen === false);
    const even = await call(["why", "q2"]);
    expect(even.out).toMatch(/^q2\nin queue +pipelines\/all.yaml:1:1 +d1 +received \S+ +1 delivered\n/);
    expect(even.out).toMatch(/ even +delivered +pipelines\/all.yaml:10:11/);
    expect(even.out).toMatch(/ away +not due +\S+ +n > 100 +where n = 2\n/);
    await send("queue", { id: "q0", n: 0, device: "d1" });
    await whyUntil("q0", ({ passages }) => passages[0]?.counts.discarded === 1);
    expect((await call(["why", "q0"])).out).toMatch(/ filter +discarded +\S+ +filtered; n > 0 +where n = 0\n$/);
  });

  test("of what was split, each part is told of, and a part's id finds its whole", async () => {
    await send("parts", { id: "p1", device: "d2", items: [{ n: "1" }, { n: "x" }, { n: "3" }] });
    await whyUntil("p1", ({ passages }) => passages[0]?.ends.some(({ outcome }) => outcome === "dead"));
    const { out } = await call(["why", "p1"]);
    expect(out).toMatch(/ split +split +pipelines\/all.yaml:20:\d+ +into p1#0, p1#1, p1#2\n/);
    expect(out).toMatch(/ transform#0 +changed/);
    expect(out).toMatch(/ all#0 +delivered/);
    expect(out).toMatch(/ transform#1 +failed +\S+ +EXPRESSION_FAILED/);
    expect(out).toMatch(/ all#2 +delivered/);
    expect(out).not.toContain("all#1");
    expect((await call(["why", "p1#2"])).out).toBe(out);
  });

  test("after a restart, dead letters and parked messages are found in the store, and what is not looked at is said", async () => {
    await send("queue", { id: "q102", n: 101, device: "d1" });
    await whyUntil("q102", ({ passages }) => passages[0]?.ends.some(({ outcome }) => outcome === "parked"));
    await engine.stop();
    engine = await start();

    const parked = await call(["why", "q102"]);
    expect(parked.code).toBe(0);
    expect(parked.out).toMatch(
      /^q102\nin queue +in the store, of an earlier run or forgotten since\n +away +parked +came in \S+Z/,
    );
    const part = await call(["why", "p1#1"]);
    expect(part.out).toMatch(
      /^p1#1\nin parts .*\n +steps +dead letter +\S+ +died \S+Z; EXPRESSION_FAILED .*dead-letters redrive \S+\n$/,
    );
    const letter = /redrive (\S+)/.exec(part.out)?.[1] ?? "";
    expect((await call(["dead-letters", "show", letter])).code).toBe(0);

    const whole = await call(["why", "p1"]);
    expect(whole.err).toContain("Not looked at: dead letters of its parts: ask for one by its id, p1#0.");
    const device = await call(["why", "--device", "d2"]);
    expect(device.out).toContain("p1");
    expect((await call(["why", "--device", "d1", "--pipeline", "parts"])).code).toBe(1);
  });
});
