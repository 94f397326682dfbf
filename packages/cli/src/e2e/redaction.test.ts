// Secrets of every kind, known by sight, in a running engine whose every partner quotes them: nobody may see one anywhere.
import { type OtlpReceiver, startOtlpReceiver } from "@signalbox/telemetry/testing";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { main } from "../program.ts";
import { captureIo, type CapturedIo } from "../testing/captured-io.ts";
import { projectFolder } from "../testing/project.ts";
import { type HostileServer, startHostileServer } from "./testing/hostile.ts";
import { asset, brokenProject, markedProject, storelessProject, storeNames } from "./testing/marked-project.ts";
import { formsOf, Marks, secretFields } from "./testing/marks.ts";

const marks = new Marks();
const env = { SIGNALBOX_HTTP_PORT: "0", SIGNALBOX_CONSOLE_PORT: "0" };
const patient = { timeout: 60_000, interval: 100 };
const cleanUps: (() => Promise<unknown>)[] = [];
let receiver: OtlpReceiver;
let hostile: HostileServer;
let project: Project;

interface Project {
  readonly dir: string;
  /** Starts an engine and waits until it runs. */
  run(...args: readonly string[]): Promise<Run>;
  /** What a verb says, on both streams. */
  say(...args: readonly string[]): Promise<string>;
}

interface Run {
  readonly io: CapturedIo;
  stop(): Promise<void>;
}

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  hostile = await startHostileServer(() => wordsOf(marks));
  project = await opened(markedProject(marks, { hostile: hostile.port, receiver: receiver.url }));
});

afterAll(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  await hostile.close();
  await receiver.close();
});

function wordsOf({ texts }: Marks): readonly string[] {
  return texts.flatMap((text) => [text, ...formsOf(text).filter((form) => form.startsWith("Basic"))]);
}

async function opened(files: Readonly<Record<string, string>>): Promise<Project> {
  const { dir, remove } = await projectFolder(files);
  cleanUps.push(remove);
  return {
    dir,
    async run(...args) {
      const io = captureIo({ cwd: dir, env });
      const ended = main(["run", "--no-watch", "--summary", "1s", ...args], io);
      await Promise.race([io.until("out", "Signalbox runs."), ended]);
      const stop = async (): Promise<void> => {
        io.signal("SIGTERM");
        await ended;
      };
      cleanUps.push(stop);
      return { io, stop };
    },
    async say(...args) {
      const io = captureIo({ cwd: dir, env });
      await main(args, io);
      return io.out() + io.err();
    },
  };
}

function addressIn(io: CapturedIo, name: "http" | "console"): string {
  return new RegExp(`"?${name}"?[:=]"?(http://[^" ]+)`).exec(io.out())?.[1] ?? `no ${name} in ${io.out()}`;
}

test("every field that can hold a secret has a mark of its own", () => {
  const all = new Marks();
  markedProject(all, { hostile: 1, receiver: "http://h" });
  for (const name of storeNames) storelessProject(name, all, { hostile: 1 });
  expect(all.fields.filter((field) => !field.startsWith("(")).toSorted()).toEqual([...secretFields()].toSorted());
  for (const text of all.texts) for (const form of formsOf(text)) expect(all.shownIn(form)).not.toEqual([]);
});

describe("an engine that runs", () => {
  let run: Run;
  let console: string;

  const ask = (path: string, accept = "application/json"): Promise<Response> => {
    const token = marks.token("settings console.tokens[].token");
    return fetch(`${console}${path}`, { headers: { authorization: `Bearer ${token}`, accept } });
  };

  async function post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<void> {
    const init = { method: "POST", headers: { "content-type": "application/json", ...headers } };
    await fetch(`${addressIn(run.io, "http")}${path}`, { ...init, body: JSON.stringify(body) });
  }

  /** Messages that hold everything, in everything of them. */
  async function feed(): Promise<void> {
    const all = marks.texts.flatMap(formsOf);
    await post("/echo", { id: "known", device: "lamp", all });
    await post("/echo", { id: "large", device: "lamp", room: "_".repeat(64 * 1024), all });
    for (const [at, text] of marks.texts.entries()) {
      await post("/echo", { id: text, device: text, [text]: formsOf(text) });
      // The beginning of a body that is shown of a large one ends in the middle of the secret.
      await post("/echo", { id: `cut-${at}`, pad: "_".repeat(1_970), text, room: "_".repeat(64 * 1024) });
    }
    await post("/order", { all });
    await post("/bearer", { all }, { authorization: `Bearer ${marks.texts[0]?.replaceAll(/[^!-~]/g, "") ?? ""}` });
  }

  beforeAll(async () => {
    run = await project.run("--log", "json", "--log-level", "debug");
    console = addressIn(run.io, "console");
    await feed();
    await vi.waitFor(async () => {
      const hasDied = (await listOf("/api/v1/dead-letters")).length > 10;
      if (!hasDied || !JSON.stringify(await listOf("/api/v1/commands")).includes("[redacted]"))
        throw new Error("not yet");
    }, patient);
    await receiver.until((spans) => spans.some(({ name }) => name === "process echo"));
  }, 300_000);

  /** The items of a list of the API, whatever it calls them. */
  async function listOf(path: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const answer = (await (await ask(path)).json()) as Readonly<Record<string, unknown>>;
    const [list] = Object.values(answer).filter(Array.isArray);
    return (list ?? []) as Readonly<Record<string, unknown>>[];
  }

  async function first(path: string, key: string): Promise<readonly string[]> {
    return (await listOf(path)).slice(0, 6).map((each) => String(each[key]));
  }

  /** What stands for the variable part of each path, and behind its `?`. */
  async function targets(path: string): Promise<readonly string[]> {
    const fill = (values: readonly string[]): readonly string[] =>
      values.map((value) => path.replace(/\{[^}]+\}/, encodeURIComponent(value)));
    if (/\/pipelines\/\{/.test(path)) return fill(["echo", "block", "bearer", "signed", "keyed", "order", "bank"]);
    if (/\/commands\/\{/.test(path)) return fill(await first("/api/v1/commands", "key"));
    if (/\/dead-letters\/\{/.test(path)) return fill(await first("/api/v1/dead-letters", "id"));
    if (/\/schedules\/\{/.test(path)) return fill(["beat"]);
    if (/\/devices\/\{/.test(path)) return fill([asset]);
    if (path.endsWith("/why"))
      return [`${path}?device=lamp`, `${path}?id=known`, `${path}?id=large`, `${path}?id=cut-3`];
    if (path.endsWith("/history")) return [`${path}?pipeline=echo`];
    if (path.endsWith("/samples")) return [`${path}?pipeline=echo&limit=200`];
    if (path.endsWith("/tap")) return [`${path}?pipeline=echo&limit=20`];
    return [path];
  }

  let drops = 0;

  /** One more message, of which nobody has heard before. */
  function drip(): Promise<void> {
    drops += 1;
    return post("/echo", { id: `drop-${drops}`, device: "lamp", all: marks.texts.flatMap(formsOf) });
  }

  async function dripUntil(over: AbortSignal): Promise<void> {
    while (!over.aborted) await drip();
  }

  async function told(target: string): Promise<string> {
    const answer = await ask(target);
    expect([target, answer.status]).toEqual([target, target === "/readyz" ? 503 : 200]);
    if (!(answer.headers.get("content-type") ?? "").startsWith("text/event-stream")) return await answer.text();
    let text = "";
    const over = new AbortController();
    const dripping = dripUntil(over.signal);
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      // What ends does so by itself; of what goes on, the first things are enough.
      if (target.endsWith("/live") && text.split("\n\n").length > 4) break;
    }
    over.abort();
    await dripping;
    return text;
  }

  test("tells none to whoever asks its API, by any path", { timeout: 280_000 }, async () => {
    const { paths } = (await (await ask("/api/openapi.json")).json()) as { paths: Record<string, object> };
    const asked = Object.entries(paths).filter(([, methods]) => "get" in methods);
    expect(asked.length).toBeGreaterThan(20);
    for (const [path] of asked) {
      const all = await targets(path);
      expect([path, all.length]).not.toEqual([path, 0]);
      for (const target of all) {
        const text = await told(target);
        expect([target, marks.shownIn(text)]).toEqual([target, []]);
        const hasSome = /why|samples|tap|dead-letters\/|pipelines\//.test(target);
        expect([target, text.includes("[redacted]") || !hasSome]).toEqual([target, true]);
      }
    }
    for (const page of ["/", "/pipelines/echo"])
      expect(marks.shownIn(await (await ask(page, "text/html")).text())).toEqual([]);
  });

  test.each([
    ["status", "--json"],
    ["status"],
    ["why", "known"],
    ["why", "large", "--json"],
    ["dead-letters", "list", "--json"],
    ["dead-letters", "list"],
    ["commands", "list"],
    ["commands", "export"],
    ["schedules", "list"],
    ["reload", "--check", "--json"],
    ["validate", "--json"],
    ["validate", "--connect", "--json"],
    ["doctor", "--json"],
    ["doctor"],
    ["list", "pipelines"],
  ])("tells none to the verb %s %s", { timeout: 120_000 }, async (...args) => {
    const text = await project.say(...args);
    expect(text).not.toBe("");
    expect(marks.shownIn(text)).toEqual([]);
  });

  test("tells none to a tap", { timeout: 120_000 }, async () => {
    const tapping = project.say("tap", "echo", "--limit", "10", "--json");
    const over = new AbortController();
    void tapping.finally(() => over.abort());
    await dripUntil(over.signal);
    expect(marks.shownIn(await tapping)).toEqual([]);
  });

  test("sends none to the receiver of its traces, and tells none in its log", async () => {
    await run.stop();
    expect(marks.shownIn(receiver.bodies.join("\n"))).toEqual([]);
    expect(receiver.bodies.join("\n")).toContain("[redacted]");
    expect(marks.shownIn(run.io.out() + run.io.err())).toEqual([]);
    const lines = run.io.out().trimEnd().split("\n");
    for (const line of lines) expect(() => JSON.parse(line) as unknown, line).not.toThrow();
    expect(lines.filter((line) => line.includes("[redacted]")).length).toBeGreaterThan(20);
    run = await project.run("--log", "text", "--log-level", "debug");
    await drip();
    await run.stop();
    expect(run.io.out()).toContain("[redacted]");
    expect(marks.shownIn(run.io.out() + run.io.err())).toEqual([]);
  }, 200_000);
});

test.each(storeNames)("an engine whose store is refused tells none: %s", { timeout: 120_000 }, async (name) => {
  const own = new Marks();
  const server = await startHostileServer(() => wordsOf(own));
  cleanUps.push(() => server.close());
  const { dir, say } = await opened(storelessProject(name, own, { hostile: server.port }));
  const io = captureIo({ cwd: dir, env });
  const ended = main(["run", "--no-watch", "--log", "json", "--log-level", "debug"], io);
  await Promise.race([io.until("out", /"level":"(warn|error)"/), ended]);
  io.signal("SIGTERM");
  await ended;
  const text = [io.out(), io.err(), await say("doctor", "--json"), await say("run", "--check")].join("\n");
  expect(text).toMatch(/no, not with|PEM/);
  expect(own.shownIn(text)).toEqual([]);
});

test("findings about secrets that are written wrongly show none, nor do the lines of the files they point at", async () => {
  const { dir, say } = await opened(brokenProject(marks));
  const io = captureIo({ cwd: dir, env, terminal: { columns: 200, rows: 50 } });
  await main(["validate"], io);
  const texts = [io.out(), io.err(), await say("validate", "--json"), await say("run", "--check"), await say("doctor")];
  expect(texts.join("\n")).toContain("CONFIG_");
  expect(texts.map((text) => marks.shownIn(text))).toEqual([[], [], [], [], []]);
});
