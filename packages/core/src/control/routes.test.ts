import { describe, expect, test } from "vitest";
import { errorCodes } from "../errors/codes.ts";
import { SignalboxError } from "../errors/error.ts";
import { apiOf, codeOf, commands, nothingAsked } from "../testing/control-api.ts";
import type { ControlApi } from "./api.ts";
import { type Caller, socketCaller } from "./caller.ts";
import { problemAnswer } from "./problem.ts";
import { answer, routes } from "./routes.ts";

const viewer: Caller = { role: "viewer", name: "eve", via: "console", from: "10.0.0.9" };
const operator: Caller = { role: "operator", name: "ada", via: "console", from: "10.0.0.7" };

interface Asking {
  readonly api?: ControlApi;
  readonly caller?: Caller;
  readonly body?: unknown;
}

function ask(
  method: string,
  target: string,
  { api = apiOf(), caller = operator, body }: Asking = {},
): Promise<unknown> {
  return answer(api, { method, target, readBody: () => Promise.resolve(body), caller });
}

describe("every route", () => {
  test.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))(
    "%s is told whole",
    (_name, route) => {
      expect(route.path).toMatch(/^\/v1\/[a-z-]+(\/[a-z-]+)*(\/\{[a-z]+\}(\/[a-z-]+)?)?$/);
      expect(route.summary).toMatch(/^[A-Z].*\.$/);
      expect(route.role).toBe(route.method === "GET" ? "viewer" : "operator");
      // What acts is audited; trying an expression out changes nothing.
      expect(route.action !== undefined).toBe(route.method === "POST" && route.path !== "/v1/playground");
    },
  );

  test("has a path of its own", () => {
    const names = routes.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(names).size).toBe(names.length);
  });

  test("fails with statuses that say what is wrong: whoever asked, or the engine", () => {
    const codes = new Set(routes.flatMap((route) => route.codes ?? []));
    const told = [...codes].map((code) => ({ code, status: problemAnswer(new SignalboxError(code, "")).status }));
    const isRight = ({ code, status }: (typeof told)[number]): boolean => {
      if (code === "ENGINE_STOPPING") return status === 503;
      return code.endsWith("_UNKNOWN") ? status === 404 : status >= 400 && status < 500;
    };
    expect(told.filter((each) => !isRight(each))).toEqual([]);
  });
});

test("what is unknown is 404, what is refused another 4xx, in every code that a control route may meet", () => {
  const isMet = /^(CONTROL|COMMAND|DEAD_LETTER|CONSOLE)_/;
  // Trouble of the engine, and what no route answers with.
  const isTrouble = /SOCKET_FAILED|CONTROL_FAILED|PORT_TAKEN|CONSOLE_FAILED|HOST_REFUSED|PATH_UNKNOWN|REQUEST_REFUSED/;
  const codes = Object.keys(errorCodes) as (keyof typeof errorCodes)[];
  const unmapped = codes
    .filter(
      (code) => isMet.test(code) && !isTrouble.test(code) && /UNKNOWN|REFUSED|INVALID|BUSY|GONE|NEEDED/.test(code),
    )
    .filter((code) => problemAnswer(new SignalboxError(code, "")).status === 503);
  expect(unmapped).toEqual([]);
});

test("a viewer may look and not act, and what was tried is noted", async () => {
  const asked = nothingAsked();
  const api = apiOf(asked);
  expect(await ask("GET", "/v1/status", { api, caller: viewer })).toMatchObject({ state: "running" });
  const body = { ids: ["a"], by: "somebody" };
  expect(await codeOf(ask("POST", "/v1/dead-letters/purge", { api, caller: viewer, body }))).toBe(
    "CONTROL_ROLE_REFUSED",
  );
  expect(asked.deadLetters).toEqual([]);
  expect(asked.changes).toMatchObject([
    { by: "eve", role: "viewer", from: "10.0.0.9", action: "dead-letter.purge", outcome: "refused" },
  ]);
});

test("who has proven a name acts under it; else they are who they say", async () => {
  const asked = nothingAsked();
  const api = apiOf(asked);
  const body = { ids: ["a"], by: "bob" };
  await ask("POST", "/v1/dead-letters/purge", { api, body });
  await ask("POST", "/v1/dead-letters/purge", { api, body: { ids: ["a"] } });
  await ask("POST", "/v1/dead-letters/purge", { api, body, caller: socketCaller });
  expect(asked.deadLetters).toEqual([
    [["a"], "ada"],
    [["a"], "ada"],
    [["a"], "bob"],
  ]);
  expect(asked.changes).toMatchObject([
    { by: "ada", via: "console" },
    { by: "ada", via: "console" },
    { by: "bob", via: "control-socket", role: "operator" },
  ]);
  const nobody = ask("POST", "/v1/dead-letters/purge", { api, body: { ids: ["a"] }, caller: socketCaller });
  expect(await codeOf(nobody)).toBe("CONTROL_BODY_INVALID");
});

test("the audit tells what came of an action, and holds no payload", async () => {
  const asked = nothingAsked();
  const away = new SignalboxError("STORE_UNREACHABLE", "Redis does not answer");
  const gone = new SignalboxError("COMMAND_KEY_UNKNOWN", "there is no command k9");
  const api: ControlApi = {
    ...apiOf(asked),
    commands: {
      ...commands,
      senders: () => ["akenza"],
      cancel: () => Promise.reject(gone),
      resend: () => Promise.reject(away),
    },
  };
  const order = { connection: "akenza", device: "d1", payload: { secret: "hunter2" } };
  await ask("POST", "/v1/commands", { api, body: order });
  await ask("POST", "/v1/commands/k9/cancel", { api, body: {} }).catch(() => undefined);
  await ask("POST", "/v1/commands/k9/resend", { api, body: {} }).catch(() => undefined);
  await ask("POST", "/v1/reload", { api, body: { check: true } });
  await ask("POST", "/v1/reload", { api, body: {} });
  expect(asked.changes).toMatchObject([
    { action: "command.send", about: "k1", outcome: "done", details: { connection: "akenza", device: "d1" } },
    { action: "command.cancel", about: "k9", outcome: "refused", code: "COMMAND_KEY_UNKNOWN" },
    { action: "command.resend", about: "k9", outcome: "failed", code: "STORE_UNREACHABLE" },
    { action: "reload", by: "ada", outcome: "done", details: { revision: 1, unchanged: 2, errors: 0 } },
  ]);
  expect(JSON.stringify(asked.changes)).not.toContain("hunter2");
});

test.each([
  ["/v1/status?x=1", "CONTROL_QUERY_INVALID"],
  ["/v1/dead-letters?limit=1001", "CONTROL_QUERY_INVALID"],
  ["/v1/devices?silent=perhaps", "CONTROL_QUERY_INVALID"],
  ["/v1/schedules/%ff", "CONTROL_PATH_UNKNOWN"],
  ["/v1/pipelines/a/b", "CONTROL_PATH_UNKNOWN"],
  ["/v1/constructor", "CONTROL_PATH_UNKNOWN"],
])("%s is refused: %s", async (target, code) => {
  expect(await codeOf(ask("GET", target))).toBe(code);
});
