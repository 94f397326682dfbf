// Findings asserted by place: a text with `⟦CODE⟧` right before each place where a finding is expected.
// Not here: what the findings say (the tests that need it look at `findings`).

import { expect } from "vitest";
import type { Finding } from "../config/model.ts";
import { parseProject } from "../config/project.ts";
import { createSourceText } from "../config/source-text.ts";
import { formatLocation } from "../location.ts";
import type { Registry } from "../registry.ts";
import { sampleRegistry } from "./sample-registry.ts";

export interface MarkedOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly registry?: Registry;
}

/** The default connection `events` of the sample registry is complete. */
const sampleEnv = { EVENTS_KEY: "sample-key" };

const marker = /⟦([A-Z_]+)⟧/;

/** The text without its markers, and what they say, as `file:line:column CODE`. */
export function readMarked(file: string, marked: string): { text: string; expected: readonly string[] } {
  const expected: string[] = [];
  let text = marked;
  for (let match = marker.exec(text); match !== null; match = marker.exec(text)) {
    text = text.slice(0, match.index) + text.slice(match.index + match[0].length);
    expected.push(`${formatLocation(createSourceText(file, text).locate(match.index))} CONFIG_${match[1]}`);
  }
  return { text, expected };
}

/** Parses marked files, asserts that their findings are exactly the marked ones, and answers them. */
export function expectFindings(
  files: Readonly<Record<string, string>>,
  { env = sampleEnv, registry = sampleRegistry }: MarkedOptions = {},
): readonly Finding[] {
  const read = Object.entries(files).map(([path, marked]) => ({ path, ...readMarked(path, marked) }));
  const { findings } = parseProject(read, { registry, env, projectDir: "/project" });
  const found = findings.map((finding) => `${formatLocation(finding.at)} ${finding.code}`);
  expect(found.sort()).toEqual(read.flatMap((file) => file.expected).sort());
  return findings;
}

const path = "pipelines/a.yaml";

/**
 * One marked document in every guise in which its findings must keep their places: as it is, with CRLF, with a byte
 * order mark, behind a line with characters beyond the BMP, and twice in one file (unless it breaks what follows it).
 */
export function expectFindingsInEveryGuise(
  marked: string,
  options: MarkedOptions & { isOnce?: boolean } = {},
): readonly Finding[] {
  expectFindings({ [path]: marked.replaceAll("\n", "\r\n") }, options);
  expectFindings({ [path]: `\ufeff${marked}` }, options);
  expectFindings({ [path]: `# 😀 𝕏\n${marked}` }, options);
  if (options.isOnce !== true) {
    const second = marked.replace(/^((?:⟦[A-Z_]+⟧)*)name: (\w)/m, "$1name: second-$2");
    expectFindings({ [path]: `${marked}\n---\n${second}` }, options);
  }
  return expectFindings({ [path]: marked }, options);
}
