import { expect, test } from "vitest";
import type { Simulator } from "./contract.ts";
import { ManualClock } from "./testing/manual-clock.ts";
import { call, startSimulator } from "./testing/start.ts";

async function ask(simulator: Simulator, headers?: Record<string, string>) {
  const answer = await call(simulator, "GET /v3/workspaces", headers ? { headers } : {});
  const [limit, remaining, reset] = ["limit", "remaining", "reset"].map((name) =>
    answer.headers.get(`x-ratelimit-${name}`),
  );
  return { ...answer, limit, remaining, reset };
}

test("lets a burst of 25 through, then ten a second", async () => {
  const clock = new ManualClock("2026-03-02T06:00:00Z");
  const simulator = await startSimulator({ clock });
  for (let left = 24; left >= 0; left--) {
    expect(await ask(simulator)).toMatchObject({ status: 200, limit: "25", remaining: String(left) });
  }
  const refused = await ask(simulator);
  expect(refused).toMatchObject({ status: 429, remaining: "0", reset: "3" });
  expect(refused.body).toMatchObject({ status: 429, error: "Too Many Requests", path: "/v3/workspaces" });
  expect(refused.headers.get("retry-after")).toBeNull();
  clock.advance(99);
  expect((await ask(simulator)).status).toBe(429);
  clock.advance(1);
  expect((await ask(simulator)).status).toBe(200);
  expect((await ask(simulator)).status).toBe(429);
  clock.advance(1000);
  const statuses = [];
  for (let count = 0; count < 11; count++) statuses.push((await ask(simulator)).status);
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429]);
});

test("the bucket holds no more than the burst, and each key has its own", async () => {
  const clock = new ManualClock("2026-03-02T06:00:00Z");
  const options = { clock, apiKeys: ["one", "two"], rateLimit: { perSecond: 1, burst: 2, retryAfter: true } };
  const simulator = await startSimulator(options);
  await ask(simulator, { "x-api-key": "one" });
  clock.advance(3_600_000);
  const statuses = async (key: string) => [
    (await ask(simulator, { "x-api-key": key })).status,
    (await ask(simulator, { "x-api-key": key })).status,
    (await ask(simulator, { "x-api-key": key })).status,
  ];
  expect(await statuses("one")).toEqual([200, 200, 429]);
  expect(await statuses("two")).toEqual([200, 200, 429]);
  expect((await ask(simulator, { "x-api-key": "one" })).headers.get("retry-after")).toBe("1");
});

test("the limit can be off", async () => {
  const simulator = await startSimulator({ rateLimit: "off" });
  const answers = await Promise.all(Array.from({ length: 60 }, () => ask(simulator)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
});
