import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { errorCodes } from "../errors/codes.ts";
import type { Location } from "../location.ts";
import { sampleRegistry } from "../testing/sample-registry.ts";
import { parseProject } from "./project.ts";

const good = `name: a
source: { timer: { every: 5s, body: [{ a: 1 }, "\${SET}"] } }
steps:
  - transform: |
      { "a": b, "c": $meta.topic }
    name: shape
sinks:
  - http: { url: "https://{{ a }}/\${SET}", headers: { x: y }, port: 80, keep: 30s }
    when: 'a = "é😀"'
    batch: { count: 5, bytes: 2kB }
  - drop:
vars: &v { a: 1, b: [1, 2] }
`;

const settings = `version: 1
store: { redis: { url: "\${SET}" } }
http: { port: 80 }
connections:
  orders: { database: { url: x } }
`;

interface Outcome {
  readonly findings: number;
  readonly pipelines: number;
  /** What must never be: places outside the file, unknown codes, documents that are neither pipeline nor finding. */
  readonly wrong: readonly unknown[];
}

function parse(path: string, text: string): Outcome {
  const { findings, pipelines, documentCount } = parseProject([{ path, text }], {
    registry: sampleRegistry,
    env: { SET: "value" },
    projectDir: "/project",
  });
  const lines = text.split("\n");
  const isThere = ({ file, line, column }: Location): boolean => {
    const written = lines[line - 1];
    return file === path && written !== undefined && column >= 1 && column <= written.length + 1;
  };
  const wrong = findings.filter(({ at, code, message, related = [] }) => {
    return !isThere(at) || !related.every(isThere) || !(code in errorCodes) || message.length < 6;
  });
  const isSwallowed = path !== "signalbox.yaml" && findings.length === 0 && pipelines.length !== documentCount;
  return {
    findings: findings.length,
    pipelines: pipelines.length,
    wrong: isSwallowed ? [...wrong, { documentCount, pipelines: pipelines.length }] : wrong,
  };
}

/** Parses many files; answers how many ended in pipelines, and how many in findings. */
function parseMany(path: string, files: fc.Arbitrary<string>, numRuns: number): { good: number; bad: number } {
  const ends = { good: 0, bad: 0 };
  fc.assert(
    fc.property(files, (text) => {
      const { findings, pipelines, wrong } = parse(path, text);
      ends.good += Math.min(pipelines, 1);
      ends.bad += Math.min(findings, 1);
      expect(wrong).toEqual([]);
    }),
    { numRuns },
  );
  return ends;
}

const scraps = fc.constantFrom(
  ..."{ } [ ] : , - ? & * ! | > ' \" % @ ` # ~ $ \\ \t \n \r\n \u0000 \ufeff \u2028 é 😀 \ud800".split(" "),
  " ",
  "  ",
  "\n  ",
  ": ",
  "- ",
  "---\n",
  "...\n",
  "${",
  "}",
  "${SET}",
  "${NOPE}",
  "$${",
  "{{",
  "}}",
  "{{ a }}",
  "*v",
  "&v ",
  "<<: *v",
  "!!str ",
  "!x ",
  "null",
  "true",
  "02e4567812345678",
  "1e999",
  "0x1F",
  "__proto__: 1",
  "constructor",
  "name: a",
  "source:",
  "steps:",
  "sinks:",
  "- drop:",
  "- http: { url: x }",
  "filter: a",
  "transform: |\n",
  "when: )",
  "file: x",
  "backfill: 1",
  "|2-\n",
  ">+\n",
  "%YAML 1.1\n",
);

const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(12)),
  text: fc.oneof(scraps, scraps, fc.string({ maxLength: 4, unit: "binary" })),
});

function mutate(text: string, mutations: readonly { at: number; cut: number; text: string }[]): string {
  let result = text;
  for (const { at, cut, text: insert } of mutations) {
    const offset = Math.floor(at * result.length);
    result = result.slice(0, offset) + insert + result.slice(offset + cut);
  }
  return result;
}

function mutated(text: string, maxLength: number): fc.Arbitrary<string> {
  return fc.array(mutation, { minLength: 1, maxLength }).map((mutations) => mutate(text, mutations));
}

// Generous: it is work without waiting, and other tests run beside it.
const timeout = 180_000;

// The counts show that the mutations bite, and not always.
describe("30,000 random and mutated files end in located findings or pipelines", { timeout }, () => {
  test("mutated pipelines", () => {
    const { good: whole, bad } = parseMany("pipelines/a.yaml", mutated(good, 3), 10_000);
    expect(whole).toBeGreaterThan(200);
    expect(bad).toBeGreaterThan(5000);
  });

  test("mutated settings", () => {
    const { bad } = parseMany("signalbox.yaml", mutated(settings, 4), 7000);
    expect(bad).toBeGreaterThan(3000);
  });

  test("scraps of YAML thrown together", () => {
    const files = fc.array(scraps, { maxLength: 30 }).map((parts) => parts.join(""));
    expect(parseMany("pipelines/a.yaml", files, 9000).bad).toBeGreaterThan(5000);
  });

  test("any characters at all", () => {
    const files = fc.string({ maxLength: 60, unit: "binary" });
    expect(parseMany("pipelines/a.yaml", files, 4000).bad).toBeGreaterThan(2000);
  });
});
