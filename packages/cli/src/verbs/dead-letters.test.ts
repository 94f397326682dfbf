import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { DeadLetter } from "@signalbox/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { main } from "../program.ts";
import { captureIo, type CapturedIo, type CapturedOptions } from "../testing/captured-io.ts";
import { projectFolder } from "../testing/project.ts";

const pipeline = `name: orders
source:
  webhook: { path: /orders, id: id }
sinks:
  - http: { url: "\${BMS_URL}" }
    name: bms
    transform: '{ "order": n }'
`;

/** Answers 422 until it is told to accept; keeps what it was sent. */
interface Receiver {
  readonly url: string;
  status: number;
  readonly got: { readonly key: unknown; readonly body: unknown }[];
  close(): void;
}

let project: Awaited<ReturnType<typeof projectFolder>>;
let receiver: Receiver;
let engine: { readonly io: CapturedIo; readonly code: Promise<number> };
let webhook: string;

const env = (): Readonly<Record<string, string>> => ({
  BMS_URL: receiver.url,
  SIGNALBOX_CONSOLE_PORT: "0",
  SIGNALBOX_HTTP_PORT: "0",
  SIGNALBOX_SIMULATOR_PORT: "0",
});

beforeAll(async () => {
  receiver = await startReceiver();
  project = await projectFolder({ "pipelines/orders.yaml": pipeline });
  const io = captureIo({ cwd: project.dir, env: env() });
  engine = { io, code: main(["run", "--log", "json"], io) };
  await Promise.race([io.until("out", "Signalbox runs."), engine.code]);
  webhook = `${/"http":"([^"]+)"/.exec(io.out())?.[1] ?? io.out()}/orders`;
}, 120_000);

afterAll(async () => {
  engine.io.signal("SIGTERM");
  await engine.code;
  receiver.close();
  await project.remove();
}, 60_000);

describe("signalbox dead-letters", { timeout: 60_000 }, () => {
  test("lists what died as lines, whole as NDJSON, page by page, and filtered", async () => {
    await order(...[1, 2, 3].map((n) => ({ id: `list-${n}`, n })));
    const lines = await call(["list", "--pipeline", "orders"]);
    expect(lines.out).toMatch(/^id +died +pipeline +sink +device +code +cause\n/);
    expect(lines.out.match(/ orders +bms +- +HTTP_\w+ /g)).toHaveLength(3);

    const first = await call(["list", "--json", "--limit", "2"]);
    const more = /--after (\S+)/.exec(first.err)?.[1] ?? "";
    const second = await call(["list", "--json", "--limit", "2", "--after", more]);
    expect(second.err).toBe("");
    const ids = [...lettersIn(first.out), ...lettersIn(second.out)].map(({ original }) => original.id);
    expect(ids).toHaveLength(3);
    expect(new Set(ids)).toEqual(new Set(["list-1", "list-2", "list-3"]));
    expect((await call(["list", "--json", "--since", "1h"])).out.split("\n")).toHaveLength(4);
    expect((await call(["list", "--until", "1h"])).out).toBe("");
    expect((await call(["list", "--since", "lately"])).code).toBe(2);
    expect(await call(["purge", "--sink", "bms"])).toMatchObject({ code: 2, out: "" });
    expect(await call(["purge", "--sink", "bms", "--yes"])).toMatchObject({ code: 0, out: "3 dead letters purged.\n" });
    expect(engine.io.out()).toContain('"msg":"Dead letters were purged."');
  });

  test("shows a letter, previews and redrives it, and the sink knows the message again", async () => {
    const [{ id } = { id: "" }] = await order({ id: "one", n: 1 });
    const shown = await call(["show", id]);
    expect(shown.out).toMatch(/cause +\S.*422/);
    expect(shown.out).toContain('"order": 1');
    expect(lettersIn((await call(["show", id, "--json"])).out.replaceAll(/\n */g, ""))).toMatchObject([{ id }]);
    expect((await call(["redrive", id, "--preview"])).out).toBe(`${id}\n  one to bms: {"order":1}\n`);

    expect(await call(["redrive", id])).toMatchObject({ code: 1, out: "1 died again.\n", err: `${id}  died again\n` });
    expect((await call(["show", id])).out).toMatch(/redrives:\n.*to the pipeline +had died of HTTP_\w+ +died again/);
    receiver.status = 204;
    expect(await call(["redrive", id, "--to-sink"])).toMatchObject({ code: 0, out: "1 delivered.\n" });
    expect(await call(["show", id])).toMatchObject({ code: 2, out: "" });
    const tries = receiver.got.filter(({ body }) => JSON.stringify(body) === '{"order":1}');
    expect(tries.length).toBeGreaterThanOrEqual(3);
    expect(new Set(tries.slice(-3).map(({ key }) => key)).size).toBe(1);
  });

  test("edits a letter from a file, from standard input and in an editor", async () => {
    const [{ id } = { id: "" }] = await order({ id: "edited", n: 1 });
    await writeFile(join(project.dir, "new.json"), '{ "n": 20 }');
    expect((await call(["edit", id, "--body", "new.json"])).code).toBe(0);
    expect((await call(["edit", id, "--body", "-"], { input: "{" })).err).toContain("CLI_BODY_INVALID");
    expect((await call(["edit", id, "--body", "-"], { input: '{ "n": 21 }' })).code).toBe(0);
    expect((await call(["edit", id])).err).toContain("CLI_EDITOR_FAILED");
    await writeFile(
      join(project.dir, "editor.cjs"),
      "const fs = require('fs'); const f = process.argv[2]; fs.writeFileSync(f, fs.readFileSync(f, 'utf8').replace('21', '22'));",
    );
    const terminal = { columns: 100, rows: 30 };
    const editor = {
      terminal,
      env: { EDITOR: `"${process.execPath}" "${join(project.dir, "editor.cjs")}"`, TERM: "dumb" },
    };
    expect((await call(["edit", id], editor)).code).toBe(0);
    expect((await call(["edit", id], { terminal, env: { EDITOR: "true", TERM: "dumb" } })).err).toContain(
      "Nothing was",
    );
    const [letter] = lettersIn((await call(["list", "--json"])).out);
    expect(letter).toMatchObject({ original: { body: { n: 1 } }, edit: { body: { n: 22 }, nth: 3 } });

    receiver.status = 204;
    expect((await call(["redrive", id])).out).toBe("1 delivered.\n");
    expect(receiver.got.at(-1)).toMatchObject({ body: { order: 22 } });
    expect(receiver.got.at(-1)?.key).not.toBe(receiver.got.at(-2)?.key);
  });

  test("redrives many, the oldest first, once it is told to", async () => {
    await order(...[1, 2, 3, 4].map((n) => ({ id: `many-${n}`, n })));
    receiver.status = 204;
    expect((await call(["redrive"])).err).toContain("CLI_SELECTION_INVALID");
    expect((await call(["redrive", "x", "--all"])).err).toContain("CLI_SELECTION_INVALID");
    expect((await call(["redrive", "--sink", "bms"])).err).toContain("CLI_CONFIRMATION_MISSING");
    const before = receiver.got.length;
    const done = await call(["redrive", "--all", "--yes", "--json"]);
    expect(done.code).toBe(0);
    const results = done.out.trim().split("\n");
    expect(results.map((line) => (JSON.parse(line) as { outcome: string }).outcome)).toEqual(
      results.map(() => "delivered"),
    );
    expect(results).toHaveLength(4);
    const sent = receiver.got.slice(before).map(({ body }) => (body as { order: number }).order);
    expect(sent.sort((a, b) => a - b)).toEqual([1, 2, 3, 4]);
    expect((await call(["redrive", "--all", "--yes"])).out).toBe("No dead letters match.\n");
    expect(engine.io.out()).toMatch(/"delivered":4,"by":"[^"]+".*"msg":"What became of redriven dead letters\."/);
  });

  test("says that no engine runs", async () => {
    const elsewhere = await projectFolder({ "signalbox.yaml": "version: 1" });
    const io = captureIo({ cwd: elsewhere.dir });
    expect(await main(["dead-letters", "list"], io)).toBe(3);
    await elsewhere.remove();
  });
});

async function call(
  args: readonly string[],
  options: Partial<CapturedOptions> = {},
): Promise<{ code: number; out: string; err: string }> {
  const io = captureIo({ cwd: project.dir, ...options });
  const code = await main(["dead-letters", ...args], io);
  return { code, out: io.out(), err: io.err() };
}

/** Sends orders that the receiver refuses; answers their letters, once they are there. */
async function order(
  ...orders: readonly { readonly id: string; readonly n: number }[]
): Promise<readonly DeadLetter[]> {
  receiver.status = 422;
  for (const body of orders) {
    const headers = { "content-type": "application/json" };
    const answered = await fetch(webhook, { method: "POST", headers, body: JSON.stringify(body) });
    expect([answered.status, await answered.text()]).toEqual([202, expect.any(String)]);
  }
  for (;;) {
    const letters = lettersIn((await call(["list", "--json"])).out);
    if (letters.length >= orders.length) return letters;
  }
}

function lettersIn(ndjson: string): readonly DeadLetter[] {
  return ndjson
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as DeadLetter);
}

async function startReceiver(): Promise<Receiver> {
  const got: Receiver["got"][number][] = [];
  const server: Server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      got.push({ key: request.headers["idempotency-key"], body: JSON.parse(text) });
      response.writeHead(found.status).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const found: Receiver = { url: `http://127.0.0.1:${port}/`, status: 422, got, close: () => server.close() };
  return found;
}
