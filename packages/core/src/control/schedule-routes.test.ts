import { expect, test } from "vitest";
import type { ScheduleInfo } from "../schedules/contracts.ts";
import { tick } from "../testing/control-api.ts";
import type { ControlApi } from "./api.ts";
import { socketCaller } from "./caller.ts";
import { answer } from "./routes.ts";
import { withCommands } from "./schedule-routes.ts";

const info: ScheduleInfo = { pipeline: tick.pipeline, plan: "every 1h", state: "active", next: [], open: [] };

function world(): { asked: unknown[]; ask: (method: string, target: string, body?: unknown) => Promise<unknown> } {
  const asked: unknown[] = [];
  const note =
    <T>(result: T) =>
    async (...given: readonly unknown[]): Promise<T> => {
      asked.push(given);
      return result;
    };
  const schedules: ControlApi["schedules"] = {
    get: async () => info,
    list: async () => [info],
    runNow: note({ ...tick, by: "ada" }),
    pause: note(info),
    resume: note(info),
    clockJumps: () => ({ forward: 1, back: 0 }),
  };
  // The routes of schedules ask for nothing else.
  const api = { schedules, changes: { note: () => Promise.resolve() } } as unknown as ControlApi;
  return {
    asked,
    ask: (method, target, body) => answer(api, { method, target, readBody: async () => body, caller: socketCaller }),
  };
}

test("answers what the engine says of its schedules and its clock", async () => {
  const { ask } = world();
  expect(await ask("GET", "/v1/schedules")).toEqual([info]);
  expect(await ask("GET", "/v1/schedules/night%20setback")).toEqual(info);
  expect(await ask("GET", "/v1/clock")).toEqual({ forward: 1, back: 0 });
});

test("what changes something is a POST that says who asks", async () => {
  const { ask, asked } = world();
  const base = "/v1/schedules/night%20setback";
  expect(await ask("POST", `${base}/run-now`, { by: "ada" })).toEqual({ ...tick, by: "ada" });
  await ask("POST", `${base}/pause`, { by: "ada", why: "valves are serviced" });
  await ask("POST", `${base}/resume`, { by: "ada" });
  expect(asked).toEqual([
    ["night setback", "ada"],
    ["night setback", "ada", "valves are serviced"],
    ["night setback", "ada"],
  ]);
  await expect(ask("POST", `${base}/pause`, { by: "ada", why: "" })).rejects.toMatchObject({
    code: "CONTROL_BODY_INVALID",
  });
  await expect(ask("GET", `${base}/resume`)).rejects.toMatchObject({ code: "CONTROL_METHOD_REFUSED" });
});

test("a tick has the commands of its message and of its parts, and of no other", () => {
  const other = { ...tick, id: `${tick.pipeline}@2026-03-01T10:00:00.000Z` };
  const messages = [tick.id, `${tick.id}#0`, `${tick.id}#1`, "elsewhere"];
  const commands = messages.map((message, index) => ({ key: `k${index}`, message }));
  expect(withCommands([tick, other], commands)).toEqual([
    { ...tick, commands: { count: 3, ids: ["k0", "k1", "k2"] } },
    other,
  ]);
  const many = Array.from({ length: 30 }, (_none, index) => ({ key: `k${index}`, message: tick.id }));
  expect(withCommands([tick], many)[0]?.commands).toMatchObject({ count: 30, ids: { length: 20 } });
});
