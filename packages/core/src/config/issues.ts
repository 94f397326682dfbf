// Turns what a schema complains about into findings at their places in the file.
// Not here: the walk that came before (read-value.ts), and the words (issue-words.ts).

import type { z } from "zod";
import type { Location } from "../location.ts";
import { describeIssue } from "./issue-words.ts";
import { describePath } from "./keys.ts";
import { type Path, pathKey, type Walk } from "./walk.ts";
import { entryOf, isEmpty, locationOf, type YamlEntry, type YamlNode } from "./yaml/node.ts";

type Issue = z.core.$ZodIssue;

export function reportIssues(issues: readonly Issue[], walk: Walk, parent: Path = []): void {
  for (const issue of issues) {
    const path = [...parent, ...issue.path.map((part) => (typeof part === "number" ? part : String(part)))];
    if (isEcho(issue, path, walk)) continue;
    if (issue.code === "invalid_union") reportUnion(issue, path, walk);
    else report(issue, path, walk);
  }
}

/** What is bad is told already: its absence is an echo, and so may be what a check of the whole around it finds. */
function isEcho(issue: Issue, path: Path, walk: Walk): boolean {
  const isCheck = issue.code === "custom";
  return walk.bad.some((bad) => isWithin(path, bad) || (isCheck && isWithin(bad, path)));
}

function isWithin(path: Path, outer: Path): boolean {
  return outer.length <= path.length && outer.every((part, index) => part === path[index]);
}

/** A union complains for each alternative; the author meant the one the walk chose. */
function reportUnion(issue: z.core.$ZodIssueInvalidUnion, path: Path, walk: Walk): void {
  const branch = walk.branches.get(pathKey(path));
  const errors = branch === undefined ? undefined : issue.errors[branch];
  if (errors !== undefined && errors.length > 0) reportIssues(errors, walk, path);
  else report(issue, path, walk);
}

function report(issue: Issue, path: Path, walk: Walk): void {
  if (isMissing(issue, path, walk)) return reportMissing(path, walk);
  const found = findNode(walk.node, path);
  const { code, message, suggestion } = describeIssue(issue, { path, walk, node: found?.node });
  walk.scope.findings.error({
    code,
    message,
    at: found?.at ?? keyPlace(walk, path),
    ...(suggestion === undefined ? {} : { suggestion }),
  });
}

/** Whether a field is simply not there, in a mapping that is. */
function isMissing(issue: Issue, path: Path, walk: Walk): boolean {
  if (path.length === 0 || findNode(walk.node, path) !== undefined) return false;
  if (findNode(walk.node, path.slice(0, -1)) === undefined) return false;
  const isPlain = issue.code === "invalid_type" || issue.code === "invalid_value" || issue.code === "invalid_union";
  return isPlain || (issue.code === "custom" && issue.message === "Invalid input");
}

function reportMissing(path: Path, walk: Walk): void {
  const name = String(path.at(-1));
  walk.scope.findings.error({
    code: "CONFIG_FIELD_MISSING",
    message: `${describePath(path.slice(0, -1), walk.label)} needs "${name}"`,
    suggestion: `add "${name}"`,
    at: keyPlace(walk, path.slice(0, -1)),
  });
}

interface Found {
  readonly node: YamlNode;
  readonly at: Location;
}

/** The node at `path`, and its place: an empty one's is that of its key. */
function findNode(root: YamlNode, path: Path): Found | undefined {
  let node = root;
  let entry: YamlEntry | undefined;
  for (const part of path) {
    const next: YamlNode | undefined = childOf(node, part);
    if (next === undefined) return undefined;
    entry = node.kind === "map" ? entryOf(node, String(part)) : undefined;
    node = next;
  }
  return { node, at: entry !== undefined && isEmpty(node) ? locationOf(entry.key) : locationOf(node) };
}

function childOf(node: YamlNode, part: string | number): YamlNode | undefined {
  if (node.kind === "map") return entryOf(node, String(part))?.value;
  return node.kind === "list" && typeof part === "number" ? node.items[part] : undefined;
}

/** The key that `path` stands under, or the nearest one around it that is there. */
function keyPlace(walk: Walk, path: Path): Location {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const parent = findNode(walk.node, path.slice(0, depth - 1));
    if (parent === undefined) continue;
    const part = path[depth - 1];
    const entry = parent.node.kind === "map" ? entryOf(parent.node, String(part)) : undefined;
    if (entry !== undefined) return locationOf(entry.key);
    const item = part === undefined ? undefined : childOf(parent.node, part);
    if (item !== undefined) return locationOf(item);
  }
  return walk.keyAt;
}
