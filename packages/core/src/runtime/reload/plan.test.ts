import { expect, test } from "vitest";
import { createRegistry } from "../../registry.ts";
import { parseProject } from "../../config/project.ts";
import { dropSink } from "../../components/sinks/drop.ts";
import { generateSource } from "../../components/sources/generate.ts";
import type { Project } from "../../config/model.ts";
import { planReload } from "./plan.ts";

const registry = createRegistry([generateSource, dropSink]);
const pipeline = (name: string, more = ""): string =>
  `name: ${name}\nsource: { generate: {} }\nsinks: [{ drop: {} }]\n${more}`;

function read(files: Readonly<Record<string, string>>): Project {
  const texts = Object.entries(files).map(([path, text]) => ({ path, text }));
  return parseProject(texts, { registry, env: {}, projectDir: "/project" });
}

/** What a reload of `after` would do where `before` runs, as `name what`. */
function planned(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): readonly string[] {
  const plan = planReload(read(before).pipelines, read(after));
  const said = (what: string, all: readonly { readonly name: string }[]): readonly string[] =>
    all.map(({ name }) => `${name} ${what}`);
  return [
    ...said("unchanged", plan.unchanged),
    ...said("changed", plan.changed),
    ...said("added", plan.added),
    ...said("removed", plan.removed),
    ...plan.refused.map((each) => `${each.pipeline} refused`),
  ];
}

const a = pipeline("a");
const b = pipeline("b");

test.each([
  [
    "formatting, comments, places and descriptions change nothing",
    { "x.yaml": `${a}---\n${b}` },
    {
      "y.yaml": `# moved\n${b}`,
      "x.yaml": `${a}description: What it is for.\n`,
    },
    ["b unchanged", "a unchanged"],
  ],
  ["a file is gone", { "x.yaml": a, "y.yaml": b }, { "x.yaml": a }, ["a unchanged", "b removed"]],
  ["a document is gone from a good file", { "x.yaml": `${a}---\n${b}` }, { "x.yaml": a }, ["a unchanged", "b removed"]],
  ["a pipeline is disabled", { "x.yaml": a }, { "x.yaml": pipeline("a", "enabled: false\n") }, ["a removed"]],
  ["a pipeline got another name", { "x.yaml": a }, { "x.yaml": b }, ["b added", "a removed"]],
  ["a file is broken", { "x.yaml": `${a}---\n${b}` }, { "x.yaml": `${a}---\nname: [` }, ["a refused", "b refused"]],
  ["a pipeline moved into a broken file", { "x.yaml": a }, { "y.yaml": `${a}oops: 1\n` }, ["a refused"]],
  ["two files claim a name", { "x.yaml": a }, { "x.yaml": a, "y.yaml": a }, ["a refused"]],
])("%s", (_what, before, after, expected) => {
  expect(planned(before, after)).toEqual(expected);
});

test("the source's hash is blind to what is behind it, and sees what its expressions see", () => {
  const hashOf = (text: string): string | undefined => read({ "x.yaml": text }).pipelines[0]?.sourceHash;
  const same = pipeline("a").replace("drop: {}", "drop: {}, when: x > 1");
  expect(hashOf(same)).toBe(hashOf(a));
  for (const more of [
    "maxInFlight: 7\n",
    "order: none\n",
    "backfill: off\n",
    "vars: { x: 1 }\n",
    "limits: { time: 1s }\n",
  ]) {
    expect(hashOf(a + more)).not.toBe(hashOf(a));
  }
  expect(hashOf(a.replace("generate: {}", "generate: { every: 2s }"))).not.toBe(hashOf(a));
});
