// Rotation of the file sink on real folders. Not here: everything else about it (file.test.ts).
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Sink } from "../../component/contracts.ts";
import { refusalOf, sinkFrom, testMessage } from "../../testing/component.ts";
import { createManualClock, type ManualClock } from "../../testing/manual-clock.ts";
import { fileSink } from "./file.ts";

const signal = new AbortController().signal;
const hourMs = 3_600_000;
const rotatedName = /^out\.\d{8}T\d{9}Z$/;
let clock: ManualClock;
let projectDir: string;
let open: Sink[];

beforeEach(() => {
  clock = createManualClock();
  projectDir = mkdtempSync(join(tmpdir(), "signalbox-file-"));
  open = [];
});
afterEach(async () => {
  for (const sink of open) await sink.close?.();
  rmSync(projectDir, { recursive: true });
});

function sinkOf(rotate: string, path = "out"): Sink {
  const sink = sinkFrom(fileSink, `file: { path: "${path}", rotate: { ${rotate} } }`, { projectDir, clock });
  open.push(sink);
  return sink;
}

async function write(sink: Sink, ...bodies: readonly unknown[]): Promise<void> {
  for (const body of bodies) expect(await sink.write([testMessage(body)], signal)).toEqual([{ status: "delivered" }]);
}

const names = (): readonly string[] => readdirSync(projectDir).toSorted((a, b) => (a < b ? -1 : 1));
const read = (name: string): string => {
  const bytes = readFileSync(join(projectDir, name));
  return (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
};
/** All there is, from the oldest file to the one that is written to. */
const readAll = (): string => [...names().filter((name) => name !== "out"), "out"].map(read).join("");

/** Lets the event loop turn, and time pass, until something is so. */
async function until(isSo: () => boolean, stepMs = 0): Promise<void> {
  while (!isSo()) {
    clock.advance(stepMs);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("file: rotate", () => {
  test("size: a file is put aside before it would grow beyond it; no batch is divided", async () => {
    const sink = sinkOf("size: 10B");
    await write(sink, "12345", 1, 2);
    await sink.write(
      ["long", "longer", 3].map((body) => testMessage(body)),
      signal,
    );
    await write(sink, 4);
    expect(names().map((name) => name.replace(rotatedName, "old"))).toEqual(["out", "old", "old", "old"]);
    expect(names().map(read)).toEqual(["4\n", '"12345"\n1\n', "2\n", '"long"\n"longer"\n3\n']);
  });

  test("every: a file is put aside when a period is over, in UTC, also when the engine was away", async () => {
    await write(sinkOf("every: 1d"), 1, 2);
    clock.advance(24 * hourMs - 1);
    const late = new Date(clock.now());
    await write(open[0] as Sink, 3);
    expect(names()).toEqual(["out"]);
    utimesSync(join(projectDir, "out"), late, late);
    clock.advance(1);
    await write(sinkOf("every: 1d"), 4);
    await write(open[0] as Sink, 5);
    expect(names()).toEqual(["out", "out.20260102T000000000Z"]);
    expect(readAll()).toBe("1\n2\n3\n4\n5\n");
  });

  test("keep: of each file the newest stay, and of others nothing goes", async () => {
    writeFileSync(join(projectDir, "out.20200101T000000000Z.txt"), "");
    const sink = sinkOf("size: 1B, keep: 2", "{{ device }}");
    for (let n = 0; n < 5; n += 1) for (const device of ["out", "out.b"]) await write(sink, { device, n });
    await until(() => names().length === 7);
    expect(names().map((name) => name.replace(/\d{8}T\d{9}Z$/, "old"))).toEqual([
      "out",
      "out.20200101T000000000Z.txt",
      "out.old",
      "out.old",
      "out.b",
      "out.b.old",
      "out.b.old",
    ]);
    const kept = names().filter((name) => rotatedName.test(name));
    expect(kept.map(read)).toEqual([2, 3].map((n) => `{"device":"out","n":${n}}\n`));
  });

  test("compress: what is put aside becomes a .gz once nobody can still be writing to it", async () => {
    const sink = sinkOf("size: 1B, compress: true");
    await write(sink, "first", "second");
    const other = join(projectDir, names()[1] ?? "");
    const putAsideAt = clock.now();
    await clock.whenTimer((delayMs) => delayMs > 1_000);
    expect(existsSync(other)).toBe(true);
    await until(() => !existsSync(other), 500);
    expect(clock.now() - putAsideAt).toBeGreaterThanOrEqual(5_000);
    expect(names()).toEqual(["out", expect.stringMatching(/^out\.\d{8}T\d{9}Z\.gz$/)]);
    expect(readAll()).toBe('"first"\n"second"\n');
  });

  test("D5 a start finishes what a process that died has left half done", async () => {
    const old = "out.20251231T000000000Z";
    const older = "out.20251230T000000000Z";
    const part = `${old}.gz.00000000-0000-4000-8000-000000000000.part`;
    writeFileSync(join(projectDir, old), "2\n");
    writeFileSync(join(projectDir, part), "half");
    utimesSync(join(projectDir, part), new Date(0), new Date(0));
    // Compressed, and not yet removed.
    writeFileSync(join(projectDir, older), "1\n");
    await write(sinkOf("size: 1MB, compress: true"), 3);
    await until(() => names().every((name) => name === "out" || name.endsWith(".gz")));
    expect(names()).toEqual(["out", `${older}.gz`, `${old}.gz`]);
    expect(readAll()).toBe("1\n2\n3\n");
  });

  test("D5 a stop breaks a compression off and leaves the whole file to the next start", async () => {
    const sink = sinkOf("size: 1B, compress: true");
    await write(sink, 1, 2);
    await sink.close?.();
    expect(names()).toEqual(["out", expect.stringMatching(rotatedName)]);
    clock.advance(5_000);
    await write(sinkOf("size: 1MB, compress: true"), 3);
    await until(() => names().length === 2 && names()[1]?.endsWith(".gz") === true);
    expect(readAll()).toBe("1\n2\n3\n");
  });

  test("D5 two sinks on one file lose nothing to each other's rotation", async () => {
    const sinks = [sinkOf("size: 20B, compress: true"), sinkOf("size: 20B, compress: true")];
    const lines: string[] = [];
    for (let n = 0; n < 200; n += 1) {
      lines.push(`${n}\n`);
      await write(sinks[n % 2] as Sink, n);
      clock.advance(70);
    }
    for (const sink of sinks) await sink.close?.();
    const found = readAll().split(/(?<=\n)/);
    expect(found.toSorted((a, b) => Number(a) - Number(b))).toEqual(lines);
    expect(names().length).toBeGreaterThan(5);
  });

  test("a clock that steps back overwrites nothing, and names still sort", async () => {
    writeFileSync(join(projectDir, "out.20300101T000000000Z"), "0\n");
    await write(sinkOf("size: 1B"), 1, 2, 3);
    expect(names().slice(2)).toEqual(["out.20300101T000000001Z", "out.20300101T000000002Z"]);
    expect(readAll()).toBe("0\n1\n2\n3\n");
  });

  test("what somebody else moved away is not put aside again", async () => {
    const sink = sinkOf("size: 4B");
    await write(sink, 1, 2);
    renameSync(join(projectDir, "out"), join(projectDir, "moved"));
    appendFileSync(join(projectDir, "out"), "0\n");
    await write(sink, 3);
    expect(names()).toEqual(["moved", "out"]);
    expect(["moved", "out"].map(read)).toEqual(["1\n2\n", "0\n3\n"]);
  });

  test("devices are left where they are", async () => {
    await write(sinkOf("size: 1B", "/dev/null"), 1, 2);
    expect(existsSync("/dev/null")).toBe(true);
  });

  test("a hole cannot name a file that was put aside", async () => {
    const [result] = await sinkOf("size: 1B", "{{ device }}").write(
      [testMessage({ device: "out.20260101T000000000Z.gz" })],
      signal,
    );
    expect(result).toMatchObject({ status: "rejected", cause: { code: "FILE_PATH_RESERVED" } });
  });

  test.each(["{ keep: 3 }", "{ size: 1MB, keep: 0 }", "{ every: 0s }", "{ every: soon }"])(
    "%s is refused",
    (rotate) => {
      expect(refusalOf(fileSink, `file: { path: out, rotate: ${rotate} }`)).toMatch(/^CONFIG_/);
    },
  );
});
