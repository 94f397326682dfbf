import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ReferenceFile } from "./component-pages.ts";

export interface Difference {
  /** Relative to the folder of the reference. */
  readonly path: string;
  readonly what: "missing" | "differs" | "left over";
}

/** What is not as it should be in a folder that belongs to the reference alone. */
export async function compareReference(
  folder: string,
  files: readonly ReferenceFile[],
): Promise<readonly Difference[]> {
  const differences: Difference[] = [];
  for (const { path, text } of files) {
    const found = await readFile(join(folder, path), "utf8").catch(() => undefined);
    if (found === undefined) differences.push({ path, what: "missing" });
    else if (found !== text) differences.push({ path, what: "differs" });
  }
  const known = new Set(files.map(({ path }) => path));
  const leftOver = (await filesIn(folder)).filter((path) => !known.has(path));
  return [...differences, ...leftOver.map((path): Difference => ({ path, what: "left over" }))];
}

/** Makes the folder hold `files` and nothing else; answers how many files were changed, added or removed. */
export async function writeReference(folder: string, files: readonly ReferenceFile[]): Promise<number> {
  const differences = await compareReference(folder, files);
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  for (const { path } of differences) {
    const text = texts.get(path);
    const target = join(folder, path);
    if (text === undefined) {
      await rm(target);
    } else {
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, text);
    }
  }
  return differences.length;
}

/** Pages and schemas below the folder, with `/` between the parts of a path. Other files are not ours to judge. */
async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && /\.(?:md|schema\.json)$/.test(entry.name))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    )
    .toSorted();
}
