import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** A file that was written to its end: `FILE.20260101T000000000Z`, with `.gz` once it is compressed. */
export interface RotatedFile {
  readonly path: string;
  /** When it was put aside, in milliseconds since the epoch; no two of one file are the same. */
  readonly at: number;
  readonly isCompressed: boolean;
}

const rotatedName = /^(.+)\.(\d{8}T\d{9}Z)(\.gz)?$/;
const partName = /^(.+)\.\d{8}T\d{9}Z\.gz\.[\da-f-]{36}\.part$/;

/** Where a file goes that is put aside at a time. The names of one file sort by time. */
export function rotatedPath(path: string, at: number): string {
  return `${path}.${new Date(at).toISOString().replaceAll(/[-:.]/g, "")}`;
}

/** Whether a file of this name would be taken for one that was put aside. */
export function isRotatedPath(path: string): boolean {
  return parse(basename(path)) !== undefined;
}

/** What was put aside of a file, oldest first, and what a compression that did not end has left. */
export async function listRotated(path: string): Promise<{ rotated: RotatedFile[]; parts: string[] }> {
  const folder = dirname(path);
  const own = basename(path);
  const rotated: RotatedFile[] = [];
  const parts: string[] = [];
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${own}.`)) continue;
    const found = parse(name);
    if (found?.of === own) rotated.push({ path: join(folder, name), at: found.at, isCompressed: found.isCompressed });
    else if (partName.exec(name)?.[1] === own) parts.push(join(folder, name));
  }
  return { rotated: rotated.toSorted((a, b) => a.at - b.at), parts };
}

/** The names of the files in a folder that have something put aside. */
export async function listRotatedOf(folder: string): Promise<Set<string>> {
  const names = (await readdir(folder)).map((name) => parse(name)?.of ?? partName.exec(name)?.[1]);
  return new Set(names.filter((name) => name !== undefined));
}

function parse(name: string): { of: string; at: number; isCompressed: boolean } | undefined {
  const [, of = "", stamp = "", ending] = rotatedName.exec(name) ?? [];
  const iso = stamp.replace(/^(....)(..)(..T..)(..)(..)(...)Z$/, "$1-$2-$3:$4:$5.$6Z");
  const at = Date.parse(iso);
  return Number.isNaN(at) ? undefined : { of, at, isCompressed: ending !== undefined };
}
