import { foldLive, type LiveEvent } from "@signalbox/core/control-types";
import { afterEach, expect, test } from "vitest";
import { fedPipeline, type OpenConsole, openConsole } from "./testing/open-console.ts";

const opened: OpenConsole[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

async function start(...args: Parameters<typeof openConsole>): Promise<OpenConsole> {
  const console = await openConsole(...args);
  opened.push(console);
  return console;
}

function post(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const init = { method: "POST", headers: { "content-type": "application/json", ...headers } };
  return fetch(url, { ...init, body: JSON.stringify(body) });
}

test("the control API answers under /api, without secrets", async () => {
  const { url } = await start(fedPipeline, { redact: (text) => text.replaceAll("fed", "[secret]") });
  const answer = await fetch(`${url}/api/v1/pipelines`);
  expect(answer.headers.get("content-type")).toContain("application/json");
  expect(await answer.json()).toMatchObject([{ name: "[secret]", state: "running" }]);
});

test.each([
  ["GET", "/api/v1/nothing", 404, "CONTROL_PATH_UNKNOWN"],
  ["GET", "/api/v1/commands?limit=0", 400, "CONTROL_QUERY_INVALID"],
  ["GET", "/api/v1/commands/none", 404, "COMMAND_KEY_UNKNOWN"],
  ["GET", "/api/v1/dead-letters/none", 404, "DEAD_LETTER_UNKNOWN"],
  ["GET", "/api/v1/tap?pipeline=none", 404, "CONTROL_PIPELINE_UNKNOWN"],
  ["GET", "/api/v1/tap?pipeline=fed&where=%7B", 400, "CONFIG_EXPRESSION_SYNTAX"],
  ["POST", "/api/v1/status", 405, "CONTROL_METHOD_REFUSED"],
  ["POST", "/api/v1/schedules/none/run-now", 400, "CONTROL_BODY_INVALID"],
  ["GET", "/api", 404, "CONSOLE_PATH_UNKNOWN"],
])("%s %s is refused: %i %s", async (method, path, status, code) => {
  const { url } = await start(fedPipeline);
  const answer = await (method === "POST" ? post(`${url}${path}`, {}) : fetch(`${url}${path}`));
  expect([answer.status, await answer.json()]).toMatchObject([status, { code }]);
});

test("a page of another site may not act, the console's own may, and a form may not either", async () => {
  const { url } = await start(fedPipeline);
  const path = `${url}/api/v1/dead-letters/purge`;
  const body = { ids: ["none"], by: "me" };
  const other = await post(path, body, { origin: "https://evil.example.org" });
  expect([other.status, await other.json()]).toMatchObject([403, { code: "CONSOLE_ORIGIN_REFUSED" }]);
  expect((await post(path, body, { origin: "null" })).status).toBe(403);
  const own = await post(path, body, { origin: url });
  expect([own.status, await own.json()]).toEqual([200, { purged: 0 }]);
  const form = await fetch(path, { method: "POST", headers: { "content-type": "text/plain" }, body: "{}" });
  expect(form.status).toBe(400);
});

test("a tap comes as server-sent events, and ends by saying so", async () => {
  const { url, run } = await start(fedPipeline);
  const answer = await fetch(`${url}/api/v1/tap?pipeline=fed&stage=probe&limit=1`);
  expect(answer.headers.get("content-type")).toBe("text/event-stream");
  expect(answer.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  await run.feed("in").send({ id: "a", body: { text: "line\nbreak" } });
  const [first = "", ...rest] = (await answer.text()).trimEnd().split("\n\n");
  expect(JSON.parse(first.replace("data: ", ""))).toMatchObject({
    name: "probe",
    outcome: "due",
    before: { body: { text: "line\nbreak" } },
  });
  expect(rest).toEqual(["event: end\ndata: {}"]);
});

/** The events of a stream, as they come. */
async function* eventsOf(url: string, signal: AbortSignal): AsyncGenerator {
  const { body } = await fetch(url, { signal });
  let text = "";
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    const events = text.split("\n\n");
    text = events.pop() ?? "";
    for (const event of events) if (event.startsWith("data: ")) yield JSON.parse(event.slice("data: ".length));
  }
}

test("what happens is told live to all who listen, without secrets, and to nobody once they are gone", async () => {
  const { url, run } = await start(fedPipeline, { redact: (text) => text.replaceAll("probe", "[secret]") });
  const gone = new AbortController();
  const readers = [1, 2].map(() => eventsOf(`${url}/api/v1/live`, gone.signal));
  const states = await Promise.all(
    readers.map(async (reader) => {
      const { value } = await reader.next();
      return foldLive(undefined, value as LiveEvent);
    }),
  );
  expect(states[0]?.pipelines).toMatchObject([{ name: "fed", state: "running", sinks: [{ component: "[secret]" }] }]);
  await run.feed("in").send({ id: "a" });
  for (const [at, reader] of readers.entries()) {
    let state = states[at];
    while (state?.pipelines[0]?.numbers.delivered !== 1) {
      const { value } = await reader.next();
      state = foldLive(state, value as LiveEvent);
    }
    expect(state.pipelines[0].sinks[0]?.numbers).toMatchObject({ delivered: 1 });
  }
  gone.abort();
  await Promise.all(readers.map((reader) => reader.next().catch(() => undefined)));
});
