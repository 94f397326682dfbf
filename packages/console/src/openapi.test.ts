import { Validator } from "@seriousme/openapi-schema-validator";
import { controlRoutes, delivered, SignalboxError } from "@signalbox/core";
import { afterEach, expect, test } from "vitest";
import { consoleOpenApi } from "./openapi.ts";
import { type OpenConsole, openConsole } from "./testing/open-console.ts";

const pipelines = `
name: fed
source: { feed: { id: in } }
steps: [{ filter: "on", name: only }]
sinks: [{ probe: { id: out }, name: out, retry: { attempts: 1 } }]
---
name: nightly
source: { schedule: { every: 1h } }
sinks: [{ drop: {} }]
`;

const opened: OpenConsole[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

test("the document is OpenAPI 3.1", async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(consoleOpenApi()) as Record<string, unknown>);
  expect([valid, errors]).toEqual([true, undefined]);
  expect(validator.version).toBe("3.1");
});

test("every route is in it, with its parameters, its body and what it can fail with", () => {
  const { paths } = consoleOpenApi() as { paths: Record<string, Record<string, { operationId: string }>> };
  for (const { method, path } of controlRoutes) {
    expect(paths[`/api${path}`]?.[method.toLowerCase()], `${method} ${path}`).toBeDefined();
  }
  const ids = Object.values(paths).flatMap((each) => Object.values(each).map(({ operationId }) => operationId));
  expect(new Set(ids).size).toBe(ids.length);
  expect(paths["/api/v1/schedules/{pipeline}/pause"]).toMatchObject({
    post: {
      "x-role": "operator",
      parameters: [{ name: "pipeline", in: "path", required: true }],
      requestBody: { content: { "application/json": { schema: { required: ["by", "why"] } } } },
      responses: { "404": { description: expect.stringContaining("CONTROL_SCHEDULE_UNKNOWN") } },
    },
  });
  expect(paths["/api/v1/live"]).toMatchObject({
    get: { responses: { "200": { content: { "text/event-stream": {} } } } },
  });
  // References lead somewhere.
  const text = JSON.stringify(consoleOpenApi());
  const { components } = consoleOpenApi() as { components: { schemas: object } };
  for (const [, name = ""] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
    expect(Object.keys(components.schemas)).toContain(name);
  }
  expect(text).not.toContain("$defs");
});

test("each route answers as its schema says", async () => {
  const console = await openConsole(pipelines);
  opened.push(console);
  const { run, url } = console;
  run.probe("out").answer = (message) =>
    message.id === "dies" ? { status: "rejected", cause: new SignalboxError("SINK_WRITE_FAILED", "no") } : delivered;
  await run.feed("in").send({ id: "m", body: { on: true } });
  await run.feed("in").send({ id: "dies", body: { on: true } });
  await run.until(() => run.writes("fed", "out").deadLettered === 1);
  const [letter] = await run.engine.deadLetters.list({ limit: 1 });
  const names: Record<string, string> = { pipeline: "nightly", name: "fed", id: letter?.id ?? "" };
  const queries: Record<string, string> = {
    "/v1/history": "pipeline=fed",
    "/v1/samples": "pipeline=fed",
    "/v1/why": "id=m",
    "/v1/tap": "pipeline=fed&limit=1",
  };
  const bodies: Record<string, object> = {
    "/v1/schedules/{pipeline}/run-now": { by: "ada" },
    "/v1/schedules/{pipeline}/pause": { by: "ada", why: "so" },
    "/v1/schedules/{pipeline}/resume": { by: "ada" },
    "/v1/dead-letters/{id}/edit": { by: "ada", part: "original", body: { on: true } },
    "/v1/dead-letters/redrive": { by: "ada", ids: [letter?.id], to: "pipeline" },
    "/v1/dead-letters/purge": { by: "ada", ids: [letter?.id] },
    "/v1/playground": { expression: "1 + " },
  };
  // Nothing here takes commands, hears devices or is traced, and there are no files.
  const absent = new Set(["/v1/reload", "/v1/commands", "/v1/devices/{id}"]);
  const isAbsent = (method: string, path: string): boolean =>
    path === "/v1/trace" ||
    path.startsWith("/v1/commands/") ||
    (absent.has(path) && (method === "POST" || path.includes("{")));
  let answered = 0;
  for (const { method, path, answer, isStream } of controlRoutes) {
    if (isAbsent(method, path)) continue;
    const target = `${url}/api${path.replace(/\{([^}]+)\}/, (_all, name: string) => names[name] ?? "")}`;
    const query = queries[path] === undefined ? "" : `?${queries[path]}`;
    const init = { method, headers: { "content-type": "application/json" }, body: JSON.stringify(bodies[path] ?? {}) };
    const gone = new AbortController();
    const response = await fetch(`${target}${query}`, method === "GET" ? { signal: gone.signal } : init);
    expect([method, path, response.status]).toEqual([method, path, 200]);
    if (path === "/v1/tap") await run.feed("in").send({ id: "tapped", body: { on: true } });
    const value: unknown = isStream === true ? await firstEvent(response) : await response.json();
    gone.abort();
    const { success, error } = answer.safeParse(value);
    expect([method, path, success, error?.issues]).toEqual([method, path, true, undefined]);
    answered += 1;
  }
  expect(answered).toBeGreaterThan(20);
});

async function firstEvent({ body }: Response): Promise<unknown> {
  let text = "";
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    const [first, rest] = text.split("\n\n", 2);
    if (rest !== undefined && first !== undefined) return JSON.parse(first.replace("data: ", ""));
  }
  throw new Error("no event came");
}
