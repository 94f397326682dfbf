// The file sink on real folders, /dev/full, /dev/null and a limit on the size of files.
// Not here: rotation (file-rotation.test.ts), what the engine expects of every sink (conformance.test.ts).
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Sink } from "../../component/contracts.ts";
import { refusalOf, sinkFrom, testMessage } from "../../testing/component.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import { fileSink } from "./file.ts";

const signal = new AbortController().signal;
const clock = createManualClock();
let projectDir: string;
let open: Sink[];

beforeEach(() => {
  projectDir = mkdtempSync(join(tmpdir(), "signalbox-file-"));
  open = [];
});
afterEach(async () => {
  for (const sink of open) await sink.close?.();
  rmSync(projectDir, { recursive: true });
});

function sinkOf(yaml: string): Sink {
  const sink = sinkFrom(fileSink, yaml, { projectDir, clock });
  open.push(sink);
  return sink;
}

const read = (path: string): string => readFileSync(join(projectDir, path), "utf8");
const built = (path: string): string => JSON.stringify(new URL(`../../../dist/${path}`, import.meta.url).href);
/** A program that writes twice, as the built package does, and says how that went. */
const writer = (path: string): string => `
import { FileWriter } from ${built("components/sinks/file-writer.js")};
import { systemClock } from ${built("clock.js")};
const writer = new FileWriter({ clock: systemClock, isSynced: false });
for (const letters of ["a".repeat(3000), "b".repeat(1000) + '"\\n"' + "c".repeat(1000)]) {
  const outcome = writer.append(${JSON.stringify(path)}, '"' + letters + '"\\n');
  console.log(await outcome.then(() => "written", (error) => error.code + " " + error.cause.code + " " + error.isRetryable));
}
`;
const ofDevice = (device: string) => testMessage({ device });

describe("file", () => {
  test("appends one JSON line per message and makes the folders", async () => {
    const sink = sinkOf("file: { path: a/b/out.ndjson }");
    const results = await sink.write([testMessage({ x: 1 }), testMessage("grüß\n"), testMessage(null)], signal);
    expect(results.map((result) => result.status)).toEqual(["delivered", "delivered", "delivered"]);
    await sink.write([testMessage(4)], signal);
    expect(read("a/b/out.ndjson")).toBe('{"x":1}\n"grüß\\n"\nnull\n4\n');
  });

  test("a path with holes gives each message its file", async () => {
    const sink = sinkOf("file: { path: 'data/{{ device }}.ndjson' }");
    await sink.write(["a", "b", "a"].map(ofDevice), signal);
    expect(read("data/a.ndjson")).toBe('{"device":"a"}\n{"device":"a"}\n');
    expect(read("data/b.ndjson")).toBe('{"device":"b"}\n');
  });

  test("an absolute path is taken as it is", async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "signalbox-file-"));
    await sinkOf(`file: { path: "${elsewhere}/{{ device }}.ndjson" }`).write([ofDevice("a")], signal);
    expect(readFileSync(join(elsewhere, "a.ndjson"), "utf8")).toBe('{"device":"a"}\n');
    rmSync(elsewhere, { recursive: true });
  });

  test.each(["../escape", "..", "a/../b", "..\\b", "/../../escape", "a\0b"])(
    "refuses a hole that gives %j",
    async (device) => {
      const sink = sinkOf("file: { path: 'data/{{ device }}' }");
      const results = await sink.write([ofDevice(device), ofDevice("good")], signal);
      expect(results).toMatchObject([
        { status: "rejected", cause: { code: "FILE_PATH_OUTSIDE" } },
        { status: "delivered" },
      ]);
      expect(readdirSync(projectDir)).toEqual(["data"]);
      expect(readdirSync(join(projectDir, "data"))).toEqual(["good"]);
    },
  );

  test("a path that begins with a hole stays in the project folder", async () => {
    const target = `${projectDir}-escaped`;
    const [result] = await sinkOf("file: { path: '{{ device }}' }").write([ofDevice(target)], signal);
    expect(result).toMatchObject({ status: "rejected", cause: { code: "FILE_PATH_OUTSIDE" } });
    expect(existsSync(target)).toBe(false);
  });

  test("a hole without a result rejects its message alone", async () => {
    const sink = sinkOf("file: { path: 'data/{{ device }}.ndjson' }");
    const results = await sink.write([testMessage({}), ofDevice("a")], signal);
    expect(results).toMatchObject([
      { status: "rejected", cause: { code: "EXPRESSION_NO_RESULT" } },
      { status: "delivered" },
    ]);
  });

  const long = "x".repeat(200_000);
  test.each([
    ['{"whole":1}\n{"torn":', '{"whole":1}\n'],
    ['{"torn":', ""],
    [`{"whole":1}\n{"torn":"${long}`, '{"whole":1}\n'],
    [`{"whole":"${long}"}\n12`, `{"whole":"${long}"}\n`],
    ['{"whole":1}\n{"whole":2}', '{"whole":1}\n{"whole":2}\n'],
    ["[1]\n", "[1]\n"],
  ])("D5 cuts away a line that a crash tore, and nothing else: %#", async (before, mended) => {
    writeFileSync(join(projectDir, "out.ndjson"), before);
    await sinkOf("file: { path: out.ndjson }").write([testMessage(2)], signal);
    expect(read("out.ndjson")).toBe(`${mended}2\n`);
  });

  test("a full disk is retried", async () => {
    const [result] = await sinkOf("file: { path: /dev/full }").write([testMessage(1)], signal);
    expect(result).toMatchObject({
      status: "retryable",
      cause: { code: "FILE_WRITE_FAILED", hint: expect.stringContaining("the disk is full") as unknown },
    });
  });

  test("D5 a write that the disk cuts short leaves whole lines, and is written once there is room", async () => {
    const path = join(projectDir, "out.ndjson");
    const limited = spawnSync("bash", [
      "-c",
      `ulimit -S -f 4; exec "$0" --input-type=module -e "$1"`,
      process.execPath,
      writer(path),
    ]);
    // Some 3000 of 4096 bytes fit at first; the second batch would need twice what is left.
    expect(limited.stderr.toString() + limited.stdout.toString()).toBe("written\nFILE_WRITE_FAILED EFBIG true\n");
    expect(read("out.ndjson")).toBe(`"${"a".repeat(3000)}"\n`);
    const free = spawnSync(process.execPath, ["--input-type=module", "-e", writer(path)]);
    expect(free.stdout.toString()).toBe("written\nwritten\n");
    expect(
      read("out.ndjson")
        .split("\n")
        .map((line) => line.length),
    ).toEqual([3002, 3002, 1002, 1002, 0]);
  });

  test("fsync: true waits for the disk: what cannot be synced is not delivered", async () => {
    // Linux refuses to sync a character device, which makes the call visible.
    expect(await sinkOf("file: { path: /dev/null }").write([testMessage(1)], signal)).toEqual([
      { status: "delivered" },
    ]);
    const [result] = await sinkOf("file: { path: /dev/null, fsync: true }").write([testMessage(1)], signal);
    expect(result).toMatchObject({ status: "rejected", cause: { code: "FILE_WRITE_FAILED" } });
  });

  test("fsync: true writes new files too", async () => {
    await sinkOf("file: { path: a/out.ndjson, fsync: true }").write([testMessage(1)], signal);
    expect(read("a/out.ndjson")).toBe("1\n");
  });

  test("a folder in the file's place is rejected, a file in the folder's place too", async () => {
    writeFileSync(join(projectDir, "plain"), "");
    const results = await sinkOf("file: { path: 'x/{{ device }}' }").write([ofDevice("a")], signal);
    expect(results).toEqual([{ status: "delivered" }]);
    for (const path of ["x", "plain/a"]) {
      const [result] = await sinkOf(`file: { path: ${path} }`).write([testMessage(1)], signal);
      expect(result).toMatchObject({ status: "rejected", cause: { code: "FILE_WRITE_FAILED" } });
    }
  });

  test("makes a file anew that was moved away, within a second", async () => {
    const sink = sinkOf("file: { path: out.ndjson }");
    await sink.write([testMessage(1)], signal);
    renameSync(join(projectDir, "out.ndjson"), join(projectDir, "out.ndjson.1"));
    clock.advance(1_000);
    await sink.write([testMessage(2)], signal);
    expect([read("out.ndjson.1"), read("out.ndjson")]).toEqual(["1\n", "2\n"]);
  });

  test("keeps a bounded number of files open", async () => {
    const devices = Array.from({ length: 300 }, (_, index) => `d${index}`);
    const sink = sinkOf("file: { path: 'data/{{ device }}.ndjson' }");
    for (const turn of [0, 1]) await sink.write([...devices, ...devices.slice(turn)].map(ofDevice), signal);
    const linked = readdirSync("/proc/self/fd").length;
    expect(linked).toBeLessThan(150);
    expect(read("data/d299.ndjson")).toBe('{"device":"d299"}\n'.repeat(4));
  });

  test("follows a link the operator laid", async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "signalbox-file-"));
    symlinkSync(elsewhere, join(projectDir, "data"));
    await sinkOf("file: { path: 'data/{{ device }}' }").write([ofDevice("a")], signal);
    expect(existsSync(join(elsewhere, "a"))).toBe(true);
    rmSync(elsewhere, { recursive: true });
  });

  test("a path that is a folder by its name is refused", () => {
    expect(refusalOf(fileSink, "file: { path: data/ }")).toBe("CONFIG_VALUE_INVALID: data/");
  });

  test("an aborted write leaves what it has not begun to a later try", async () => {
    const results = await sinkOf("file: { path: out.ndjson }").write([testMessage(1)], AbortSignal.abort());
    expect(results).toMatchObject([{ status: "retryable", cause: { code: "SINK_TIMEOUT" } }]);
    expect(existsSync(join(projectDir, "out.ndjson"))).toBe(false);
  });
});
