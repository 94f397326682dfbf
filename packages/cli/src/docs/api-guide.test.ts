// The examples of docs/guides/api.md, run as they are by a shell against a running engine.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createConsole } from "@signalbox/console";
import { createEngine, parseProject, silentLogger, systemClock } from "@signalbox/core";
import { testControl } from "@signalbox/core/testing";
import { createBackend } from "@signalbox/jobs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createProductRegistry } from "../components.ts";
import { codeBlocks } from "../testing/markdown.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../../..");
const examples = codeBlocks(readFileSync(join(root, "docs/guides/api.md"), "utf8")).filter(
  ({ language }) => language === "sh",
);
const pipeline = "name: example\nsource: { generate: { every: 100ms } }\nsinks: [{ drop: {} }]\n";
const token = "0123456789-0123456789-guide";

let open: { url: string; guarded: string; close(): Promise<void> };

beforeAll(async () => {
  const project = parseProject([{ path: "pipelines/a.yaml", text: pipeline }], {
    registry: createProductRegistry(),
    env: { SIGNALBOX_HTTP_PORT: "0" },
  });
  const [clock, log] = [systemClock, silentLogger];
  const backend = createBackend({ kind: "memory" }, { clock, log, projectDir: "/nonexistent" });
  const engine = createEngine({ project, backend, clock, log, version: "test" });
  await engine.start();
  const { api } = testControl(engine);
  const free = { host: "127.0.0.1", port: 0 };
  const hash = createHash("sha256").update(token).digest("hex");
  const closed = { ...free, tokens: [{ name: "guide", role: "viewer" as const, hash }] };
  const consoles = [free, closed].map((settings) =>
    createConsole({ settings, engine, api, clock, log, redact: (text) => text }),
  );
  const [url = "", guarded = ""] = await Promise.all(consoles.map((each) => each.open()));
  open = {
    url,
    guarded,
    async close() {
      await Promise.all(consoles.map((each) => each.close()));
      await engine.stop();
    },
  };
});
afterAll(() => open.close());

test("there are examples", () => expect(examples.length).toBeGreaterThan(8));

test.each(examples.map(({ line, text }) => [line, text] as const))("line %i runs", async (_line, text) => {
  const url = text.includes("authorization") ? open.guarded : open.url;
  const script = text
    .replaceAll("http://localhost:8080", url)
    .replace("curl ", "curl --silent --show-error --fail-with-body ");
  const env = { ...process.env, SIGNALBOX_CONSOLE_TOKEN: token };
  // 28: what streams was left after its time.
  const { stdout } = await promisify(execFile)("sh", ["-c", `${script.trimEnd()} || [ $? -eq 28 ]`], { env });
  expect(() => void JSON.parse(stdout.replace(/^data: (.*)\n\n[^]*$/, "$1"))).not.toThrow();
});
