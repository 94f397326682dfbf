import { expect, test } from "vitest";
import { z } from "zod";
import { defineSink } from "../component/definition.ts";
import { createRegistry } from "../registry.ts";
import { expectFindings } from "../testing/marked-findings.ts";
import { sampleDefinitions } from "../testing/sample-registry.ts";
import { parseProject } from "./project.ts";

const valve = defineSink({
  name: "valve",
  summary: "Moves something.",
  description: "For tests of what commands need.",
  schema: z.strictObject({}),
  examples: [],
  defaults: { batchCount: 1, concurrency: 1, timeoutMs: 1_000 },
  sendsCommands: true,
  create: () => ({ write: () => Promise.resolve([]) }),
});
const registry = createRegistry([...sampleDefinitions, valve]);

function pipelineOf(backfill: string, sinks = "[{ drop: }]") {
  const text = `name: a\nsource: { timer: { every: 5s } }\nsinks: ${sinks}\n${backfill}\n`;
  const { findings, pipelines } = parseProject([{ path: "pipelines/a.yaml", text }], { registry, env: {} });
  expect(findings).toEqual([]);
  return pipelines[0];
}

test.each([
  ["", { withinMs: 604_800_000, lookbackMs: 3_600_000 }],
  ["backfill: {}", { withinMs: 604_800_000, lookbackMs: 3_600_000 }],
  ["backfill: { within: 2h }", { withinMs: 7_200_000, lookbackMs: 3_600_000 }],
  ["backfill: { lookback: 0s }", { withinMs: 604_800_000, lookbackMs: 0 }],
  ["backfill: off", undefined],
])("D5 %j reads back as far as it says", (text, expected) => {
  expect(pipelineOf(text)?.backfill).toEqual(expected);
});

test("D5 a pipeline that sends commands reads nothing back unless it says so", () => {
  const sinks = "[{ drop: }, { valve: }]";
  expect(pipelineOf("", sinks)?.backfill).toBeUndefined();
  expect(pipelineOf("backfill: { within: 10m }", sinks)?.backfill).toEqual({
    withinMs: 600_000,
    lookbackMs: 3_600_000,
  });
});

test.each([
  "backfill: ⟦VALUE_INVALID⟧on",
  "backfill: ⟦VALUE_INVALID⟧true",
  "backfill: { within: ⟦DURATION_INVALID⟧7 }",
  "backfill: { ⟦FIELD_UNKNOWN⟧withn: 7d }",
])("%s is a finding where it stands", (line) => {
  const head = "name: a\nsource: { timer: { every: 5s } }\nsinks: [{ drop: }]\n";
  expectFindings({ "pipelines/a.yaml": `${head}${line}\n` });
});

test("what is read back is part of the pipeline's revision", () => {
  const hashes = ["", "backfill: off", "backfill: { within: 2h }", "backfill: { within: 3h }"].map(
    (text) => pipelineOf(text)?.hash,
  );
  expect(new Set(hashes).size).toBe(4);
});
