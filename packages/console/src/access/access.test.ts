// Who may come to the console, and what they may do: against a running engine, over real sockets.
import { createHash } from "node:crypto";
import { connect } from "node:net";
import { once } from "node:events";
import { type ConsoleSettings, controlRoutes } from "@signalbox/core";
import { createManualClock } from "@signalbox/core/testing";
import { afterEach, describe, expect, test } from "vitest";
import { fedPipeline, getAs, type OpenConsole, openConsole } from "../testing/open-console.ts";

const secrets = {
  operator: "operator-0123456789-0123456789",
  viewer: "viewer-0123456789-0123456789",
  metrics: "metrics-0123456789-0123456789",
} as const;
type Role = keyof typeof secrets;

const roles = Object.keys(secrets) as Role[];
const settings: ConsoleSettings = {
  host: "127.0.0.1",
  port: 0,
  tokens: roles.map((role) => ({
    name: `${role} ada`,
    role,
    hash: createHash("sha256").update(secrets[role]).digest("hex"),
  })),
};

const opened: OpenConsole[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

async function start(options: Parameters<typeof openConsole>[1] = {}): Promise<OpenConsole> {
  const console = await openConsole(fedPipeline, { settings, ...options });
  opened.push(console);
  return console;
}

interface Asking {
  readonly method?: string;
  readonly as?: Role;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

function ask(url: string, { method = "GET", as, body, headers = {} }: Asking = {}): Promise<Response> {
  const bearer: Record<string, string> = as === undefined ? {} : { authorization: `Bearer ${secrets[as]}` };
  const json: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
  const init = { method, headers: { ...bearer, ...json, ...headers } };
  return fetch(url, body === undefined ? init : { ...init, body: JSON.stringify(body) });
}

async function codeOf(answer: Response): Promise<[number, unknown]> {
  const body = (await answer.json()) as { code?: unknown };
  return [answer.status, body.code];
}

/** What a browser has after it has logged in. */
interface Browser {
  readonly cookie: string;
  readonly csrf: string;
}

async function logIn(url: string, as: Role, headers: Readonly<Record<string, string>> = {}): Promise<Browser> {
  const answer = await ask(`${url}/api/login`, { method: "POST", body: { token: secrets[as] }, headers });
  const [cookie = ""] = (answer.headers.get("set-cookie") ?? "").split(";");
  return { cookie, csrf: ((await answer.json()) as { csrf: string }).csrf };
}

const body = { by: "somebody else", ids: ["none"] };
const purge = "/api/v1/dead-letters/purge";

describe("every path of the control API", () => {
  const paths = controlRoutes.map(({ method, path, role }) => ({
    method,
    role,
    path: `/api${path.replace(/\{[^}]+\}/, "x")}`,
  }));

  test("is closed without a token, and with a wrong one", async () => {
    const { url } = await start();
    expect(paths.length).toBeGreaterThan(25);
    for (const { method, path } of paths) {
      const asking = { method, ...(method === "POST" && { body: {} }) };
      expect([path, ...(await codeOf(await ask(`${url}${path}`, asking)))]).toEqual([
        path,
        401,
        "CONSOLE_LOGIN_NEEDED",
      ]);
    }
    const wrong = await ask(`${url}${paths[0]?.path}`, { headers: { authorization: "Bearer nobodys-0123456789" } });
    expect(wrong.headers.get("www-authenticate")).toBe("Bearer");
    expect(await codeOf(wrong)).toEqual([401, "CONSOLE_TOKEN_REFUSED"]);
  });

  test("acts for operators alone, and tells nothing to a token for metrics", async () => {
    const { url } = await start();
    for (const { method, path, role } of paths) {
      const asking = { method, ...(method === "POST" && { body: {} }) };
      const refused = await codeOf(await ask(`${url}${path}`, { ...asking, as: "metrics" }));
      expect([path, ...refused]).toEqual([path, 403, "CONTROL_ROLE_REFUSED"]);
      if (role !== "operator") continue;
      const viewed = await codeOf(await ask(`${url}${path}`, { ...asking, as: "viewer" }));
      expect([path, ...viewed]).toEqual([path, 403, "CONTROL_ROLE_REFUSED"]);
    }
    expect((await ask(`${url}/api/v1/status`, { as: "viewer" })).status).toBe(200);
    expect((await ask(`${url}/api/v1/status`, { as: "operator" })).status).toBe(200);
  });
});

test("health is for all, its names for those with a token; metrics need one", async () => {
  const { url, run } = await start();
  run.engine.readiness = () =>
    Promise.resolve({
      isReady: false,
      reasons: [{ code: "pipeline-not-running", pipeline: "fed", message: "because of hunter2" }],
    });
  expect((await ask(`${url}/livez`)).status).toBe(200);
  expect(await (await ask(`${url}/readyz`)).json()).toEqual({ status: "not ready", reasons: ["pipeline-not-running"] });
  expect(await (await ask(`${url}/readyz`, { as: "viewer" })).json()).toMatchObject({ reasons: [{ pipeline: "fed" }] });
  expect(await codeOf(await ask(`${url}/metrics`))).toEqual([401, "CONSOLE_LOGIN_NEEDED"]);
  for (const as of roles) expect((await ask(`${url}/metrics`, { as })).status).toBe(200);
  expect(await (await ask(url)).json()).not.toHaveProperty("version");
});

test("an action bears the name of its token, whatever the body says, and is audited with who, where and what", async () => {
  const { url, run } = await start();
  expect((await ask(`${url}${purge}`, { method: "POST", as: "operator", body })).status).toBe(200);
  await ask(`${url}${purge}`, { method: "POST", as: "viewer", body });
  await ask(`${url}/api/v1/commands/none/cancel`, { method: "POST", as: "operator", body: {} });
  const { changes } = (await (await ask(`${url}/api/v1/changes`, { as: "viewer" })).json()) as { changes: unknown[] };
  const where = { via: "console", from: "127.0.0.1", at: expect.any(String), id: expect.any(String) };
  expect(changes).toEqual([
    {
      ...where,
      action: "command.cancel",
      about: "none",
      by: "operator ada",
      role: "operator",
      outcome: "refused",
      code: "COMMAND_KEY_UNKNOWN",
      message: expect.any(String),
    },
    {
      ...where,
      action: "dead-letter.purge",
      by: "viewer ada",
      role: "viewer",
      outcome: "refused",
      code: "CONTROL_ROLE_REFUSED",
      message: expect.any(String),
    },
    {
      ...where,
      action: "dead-letter.purge",
      by: "operator ada",
      role: "operator",
      outcome: "done",
      details: { count: 1, ids: ["none"], purged: 0 },
    },
  ]);
  const purged = run.log.lines.filter(({ fields }) => fields.by === "operator ada");
  expect(purged.map(({ sentence }) => sentence)).toContain("Dead letters were purged.");
});

test("a browser logs in for a cookie that scripts cannot read and other sites do not send, and logs out", async () => {
  const { url } = await start();
  const answer = await ask(`${url}/api/login`, { method: "POST", body: { token: secrets.operator } });
  expect(answer.headers.get("set-cookie")).toMatch(
    /^signalbox=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/,
  );
  expect(await answer.json()).toEqual({
    authentication: "token",
    name: "operator ada",
    role: "operator",
    csrf: expect.any(String),
  });
  const { cookie, csrf } = await logIn(url, "operator");
  const headers = { cookie, "x-signalbox-csrf": csrf };
  expect(await (await ask(`${url}/api/session`, { headers: { cookie } })).json()).toMatchObject({ csrf });
  expect((await ask(`${url}/api/v1/status`, { headers: { cookie } })).status).toBe(200);
  expect((await ask(`${url}${purge}`, { method: "POST", body, headers })).status).toBe(200);
  const out = await ask(`${url}/api/logout`, { method: "POST", body: {}, headers });
  expect(out.headers.get("set-cookie")).toContain("Max-Age=0");
  expect(await codeOf(await ask(`${url}/api/v1/status`, { headers: { cookie } }))).toEqual([
    401,
    "CONSOLE_LOGIN_NEEDED",
  ]);
});

test("a page that only has the cookie sent may not act: not without the session's own word, not from another site", async () => {
  const { url } = await start();
  const { cookie, csrf } = await logIn(url, "operator");
  const other = await logIn(url, "operator");
  const act = async (headers: Readonly<Record<string, string>>): Promise<[number, unknown]> =>
    codeOf(await ask(`${url}${purge}`, { method: "POST", body, headers: { cookie, ...headers } }));
  expect(await act({})).toEqual([403, "CONSOLE_CSRF_REFUSED"]);
  expect(await act({ "x-signalbox-csrf": other.csrf })).toEqual([403, "CONSOLE_CSRF_REFUSED"]);
  expect(await act({ "x-signalbox-csrf": csrf, origin: "https://evil.example.org" })).toEqual([
    403,
    "CONSOLE_ORIGIN_REFUSED",
  ]);
  expect(await act({ "x-signalbox-csrf": csrf, "sec-fetch-site": "cross-site" })).toEqual([
    403,
    "CONSOLE_ORIGIN_REFUSED",
  ]);
  expect(await act({ "x-signalbox-csrf": csrf, origin: url })).toEqual([200, undefined]);
  // A login that another site makes would have its visitor act under a name that is not theirs.
  const foreign = { method: "POST", body: { token: secrets.viewer }, headers: { origin: "https://evil.example.org" } };
  expect(await codeOf(await ask(`${url}/api/login`, foreign))).toEqual([403, "CONSOLE_ORIGIN_REFUSED"]);
});

test("a session's secret is always made here: one that is brought along is none, before and after a login", async () => {
  const { url } = await start();
  const brought = `signalbox=${"a".repeat(43)}`;
  const first = await logIn(url, "viewer", { cookie: brought });
  expect(first.cookie).not.toBe(brought);
  expect((await ask(`${url}/api/v1/status`, { headers: { cookie: brought } })).status).toBe(401);
  const second = await logIn(url, "operator", { cookie: first.cookie });
  expect(second.cookie).not.toBe(first.cookie);
  // The session that there was before is over.
  expect((await ask(`${url}/api/v1/status`, { headers: { cookie: first.cookie } })).status).toBe(401);
});

test("a session ends when it was idle for long, and after its life, whatever it does", async () => {
  const clock = createManualClock();
  const { url } = await start({ clock, sessions: { idleMs: 1_000, lifeMs: 2_500, most: 2 } });
  const { cookie } = await logIn(url, "viewer");
  const status = async (): Promise<number> => (await ask(`${url}/api/v1/version`, { headers: { cookie } })).status;
  clock.advance(900);
  expect(await status()).toBe(200);
  clock.advance(900);
  expect(await status()).toBe(200);
  clock.advance(900);
  expect(await status()).toBe(401);
  const idle = await logIn(url, "viewer");
  clock.advance(1_001);
  expect((await ask(`${url}/api/v1/version`, { headers: { cookie: idle.cookie } })).status).toBe(401);
});

test("there are only so many sessions: the one that was seen longest ago goes", async () => {
  const { url } = await start({ sessions: { idleMs: 60_000, lifeMs: 60_000, most: 2 } });
  const browsers = [await logIn(url, "viewer"), await logIn(url, "viewer"), await logIn(url, "viewer")];
  const statuses = await Promise.all(
    browsers.map(async ({ cookie }) => (await ask(`${url}/api/v1/version`, { headers: { cookie } })).status),
  );
  expect(statuses).toEqual([401, 200, 200]);
});

test("what is still told to a session ends with it", async () => {
  const { url } = await start();
  const { cookie, csrf } = await logIn(url, "viewer");
  const { body: stream } = await ask(`${url}/api/v1/live`, { headers: { cookie } });
  const reader = (stream as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  await ask(`${url}/api/logout`, { method: "POST", body: {}, headers: { cookie, "x-signalbox-csrf": csrf } });
  const rest = async (): Promise<string> => {
    for (;;) if ((await reader.read()).done) return "ended";
  };
  expect(await rest().catch(() => "cut off")).toBe("cut off");
});

test("tries to log in are limited, refused ones are audited, and the right token is not looked at beyond the limit", async () => {
  const clock = createManualClock();
  const { url } = await start({ clock });
  const guess = (token: string): Promise<Response> => ask(`${url}/api/login`, { method: "POST", body: { token } });
  for (let n = 0; n < 10; n += 1) {
    expect(await codeOf(await guess(`guess-number-${n}-0123456789`))).toEqual([401, "CONSOLE_TOKEN_REFUSED"]);
  }
  const late = await guess(secrets.operator);
  expect(late.headers.get("retry-after")).toBe("60");
  expect(await codeOf(late)).toEqual([429, "CONSOLE_TRIES_LIMITED"]);
  clock.advance(60_001);
  expect((await guess(secrets.operator)).status).toBe(200);
  const query = "action=login&outcome=refused&limit=100";
  const audited = (await (await ask(`${url}/api/v1/changes?${query}`, { as: "viewer" })).json()) as {
    changes: { code: string; by: string; from: string }[];
  };
  expect(audited.changes).toHaveLength(11);
  expect(new Set(audited.changes.map(({ by, from }) => `${by} ${from}`))).toEqual(new Set(["(nobody) 127.0.0.1"]));
});

test("wrong tokens of programs are limited by address, too", async () => {
  const { url } = await start();
  const wrong = { headers: { authorization: "Bearer nobodys-0123456789" } };
  for (let n = 0; n < 20; n += 1) expect((await ask(`${url}/api/v1/version`, wrong)).status).toBe(401);
  expect(await codeOf(await ask(`${url}/api/v1/version`, wrong))).toEqual([429, "CONSOLE_TRIES_LIMITED"]);
});

test("forwarded addresses, hosts and protocols count from a trusted proxy alone", async () => {
  const forwarded = {
    "x-forwarded-for": "203.0.113.9",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "box.example",
  };
  const login = { method: "POST", body: { token: secrets.operator }, headers: forwarded };
  const { url: plain } = await start();
  const direct = await ask(`${plain}/api/login`, login);
  expect(direct.headers.get("set-cookie")).not.toContain("Secure");
  const { url } = await start({ settings: { ...settings, trustProxy: ["127.0.0.1"], hosts: ["box.example"] } });
  const through = await ask(`${url}/api/login`, login);
  expect(through.headers.get("set-cookie")).toMatch(
    /^__Host-signalbox=.*; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
  );
  const audit = (await (await ask(`${url}/api/v1/changes`, { as: "viewer" })).json()) as { changes: unknown[] };
  expect(audit.changes).toMatchObject([{ action: "login", outcome: "done", from: "203.0.113.9", by: "operator ada" }]);
});

test("a console answers to its own names, to those that are configured, and to no other", async () => {
  const { url } = await start({ settings: { ...settings, hosts: ["Box.example"] } });
  expect((await getAs(`${url}/livez`, "box.example:8080")).status).toBe(200);
  expect((await getAs(`${url}/livez`, "localhost")).status).toBe(200);
  expect((await getAs(`${url}/livez`, "evil.example")).status).toBe(421);
});

test.each([
  ["a length and chunks at once", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
  ["two lengths", "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"],
  ["a line break in a header", "X-A: b\rX-C: d\r\n\r\n"],
])("a request with %s is refused, and its connection ended", async (_name, rest) => {
  const { url } = await start();
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  let heard = "";
  socket.on("data", (chunk: Buffer) => (heard += chunk.toString()));
  socket.on("error", () => undefined);
  socket.write(`POST /api/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${rest}`);
  await once(socket, "close");
  expect(heard).toMatch(/^HTTP\/1\.1 400 /);
  expect(heard.match(/HTTP\/1\.1/g)).toHaveLength(1);
});

test("without tokens nobody is asked, and everybody may act, as who they say", async () => {
  const { url } = await start({ settings: { host: "127.0.0.1", port: 0 } });
  expect(await (await ask(`${url}/api/session`)).json()).toEqual({ authentication: "none", role: "operator" });
  expect((await ask(`${url}${purge}`, { method: "POST", body })).status).toBe(200);
  const { changes } = (await (await ask(`${url}/api/v1/changes`)).json()) as { changes: unknown[] };
  expect(changes).toMatchObject([{ by: "somebody else", via: "console", role: "operator" }]);
});

test("tokens are compared in the time that does not tell how much of one was right", async () => {
  // By construction: their hashes are compared, all of them, by the function made for it.
  const { createTokens } = await import("./tokens.ts");
  const source = createTokens.toString();
  expect(source).toContain("timingSafeEqual");
  expect(source).not.toMatch(/===|startsWith|includes/);
  const personOf = createTokens(settings.tokens ?? []);
  expect(roles.map((role) => personOf(secrets[role])?.role)).toEqual(roles);
  expect(personOf(`${secrets.viewer} `)).toBeUndefined();
});
