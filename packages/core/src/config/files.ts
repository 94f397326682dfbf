// Finds and reads the files of a project, with every refusal as a finding.
// Not here: what is in them (project.ts).

import { readFileSync, statSync } from "node:fs";
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { messageOf } from "../errors/error.ts";
import type { Location } from "../location.ts";
import { compareText, type Findings } from "./findings.ts";
import { isPipelineFile, type ProjectFile } from "./project.ts";
import { createSourceText } from "./source-text.ts";

export const maxFileBytes = 1024 * 1024;

/** A path as findings name it. */
export function displayPath(projectDir: string, path: string): string {
  const shown = relative(projectDir, path).split(sep).join("/");
  return shown === "" ? "." : shown;
}

export interface PathToRead {
  /** Absolute. */
  readonly path: string;
  /** Where it is named; by default the path itself. */
  readonly at?: Location;
  /** Whether it is an error when it does not exist: the default folder may be missing. */
  readonly isOptional?: boolean;
}

/** The pipeline files under `paths` (absolute), sorted, each once. */
export async function findPipelineFiles(
  paths: readonly PathToRead[],
  { projectDir, findings }: { projectDir: string; findings: Findings },
): Promise<readonly string[]> {
  const files = new Set<string>();
  for (const { path, at, isOptional = false } of paths) {
    const shown = displayPath(projectDir, path);
    const place = at ?? startOf(shown);
    const kind = await kindOfPath(path);
    if (kind === "folder") for (const file of await filesUnder(path, projectDir)) files.add(file);
    else if (kind === "missing") {
      const finding = { code: "CONFIG_PATH_MISSING", message: `${shown} does not exist`, at: place } as const;
      if (isOptional) findings.warn(finding);
      else findings.error(finding);
    } else if (isPipelineFile(shown)) files.add(path);
    else findings.warn({ code: "CONFIG_FILE_SKIPPED", message: `${shown} is not a file of pipelines`, at: place });
  }
  return [...files].sort(compareText);
}

function startOf(file: string): Location {
  return { file, line: 1, column: 1 };
}

async function kindOfPath(path: string): Promise<"folder" | "file" | "missing"> {
  try {
    return (await stat(path)).isDirectory() ? "folder" : "file";
  } catch {
    return "missing";
  }
}

/**
 * Hidden folders and node_modules hold nothing an author wrote; `signalbox.yaml` is no pipeline. Links are followed,
 * a folder once (`seen`): they may lead in a circle.
 */
async function filesUnder(folder: string, projectDir: string, seen = new Set<string>()): Promise<readonly string[]> {
  const real = await realpath(folder).catch(() => folder);
  if (seen.has(real)) return [];
  seen.add(real);
  const found: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
    const path = join(folder, entry.name);
    const isFolder = entry.isDirectory() || (entry.isSymbolicLink() && (await kindOfPath(path)) === "folder");
    if (isFolder) found.push(...(await filesUnder(path, projectDir, seen)));
    else if (isPipelineFile(displayPath(projectDir, path))) found.push(path);
  }
  return found;
}

/** The folder and those in it that are looked through for pipelines; none when it is no folder. */
export async function foldersUnder(folder: string, seen = new Set<string>()): Promise<readonly string[]> {
  const real = await realpath(folder).catch(() => folder);
  if (seen.has(real) || (await kindOfPath(folder)) !== "folder") return [];
  seen.add(real);
  const found = [folder];
  for (const { name } of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    if (!name.startsWith(".") && name !== "node_modules") found.push(...(await foldersUnder(join(folder, name), seen)));
  }
  return found;
}

/** The text of a file; undefined, with a finding, when it cannot be had. */
export async function readProjectFile(
  path: string,
  { projectDir, findings }: { projectDir: string; findings: Findings },
): Promise<ProjectFile | undefined> {
  const shown = displayPath(projectDir, path);
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw new Error("it is not a file");
    const { size } = stats;
    if (size > maxFileBytes) {
      const message = `the file has ${size} bytes; ${maxFileBytes} is the most that is read`;
      findings.error({ code: "CONFIG_FILE_TOO_LARGE", message, at: startOf(shown) });
      return undefined;
    }
    return decode(await readFile(path), shown, findings);
  } catch (error) {
    findings.error({
      code: "CONFIG_FILE_UNREADABLE",
      message: `the file cannot be read: ${reasonOf(error)}`,
      at: startOf(shown),
    });
    return undefined;
  }
}

function decode(bytes: Uint8Array, shown: string, findings: Findings): ProjectFile | undefined {
  const text = tryDecode(bytes);
  if (text !== undefined) return { path: shown, text };
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const before = bytes.subarray(0, firstBadByte(bytes));
  const start = tryDecode(before) ?? "";
  findings.error({
    code: "CONFIG_FILE_ENCODING",
    message: isUtf16 ? "the file is UTF-16, not UTF-8" : "the file is not UTF-8: here is the first byte that is not",
    suggestion: "save it as UTF-8",
    at: createSourceText(shown, start).locate(start.length),
  });
  return undefined;
}

function tryDecode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Length of the longest beginning that is whole UTF-8, by halving. */
function firstBadByte(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isPrefix(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  while (good > 0 && tryDecode(bytes.subarray(0, good)) === undefined) good -= 1;
  return good;
}

function isPrefix(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** A reader for expression and secret files, which are small and read while a document is parsed. Throws with a reason. */
export function createTextReader(projectDir: string): (path: string) => string {
  const known = new Map<string, string>();
  return (path) => {
    const absolute = isAbsolute(path) ? path : resolve(projectDir, path);
    const text = known.get(absolute) ?? readTextFile(absolute);
    known.set(absolute, text);
    return text;
  };
}

function readTextFile(path: string): string {
  let bytes: Uint8Array;
  try {
    const stats = statSync(path);
    if (!stats.isFile()) throw new Error("it is not a file");
    if (stats.size > maxFileBytes) throw new Error(`it has more than ${maxFileBytes} bytes`);
    bytes = readFileSync(path);
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error });
  }
  const text = tryDecode(bytes);
  if (text === undefined) throw new Error("it is not UTF-8");
  return text;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist",
  EACCES: "this user may not read it",
  EPERM: "this user may not read it",
  EISDIR: "it is a folder",
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return reasons[code] ?? messageOf(error);
}
