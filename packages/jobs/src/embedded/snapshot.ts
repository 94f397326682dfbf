import { readFileSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, brotliDecompress, constants } from "node:zlib";

// A new database takes PGlite some ten seconds of CPU to make; unpacking one that was made before takes a fraction of one.
// Written by `pnpm --filter @signalbox/jobs snapshot`, which is to be run when PGlite, BullMQ or the migrations change (a test
// compares). Layout, under Brotli: length of the index (4 bytes), the index as JSON, the files one after another.

const snapshotFile = new URL("../../snapshot/embedded.br", import.meta.url);

interface Index {
  /** The version of PGlite that made the folder: another one makes its own. */
  readonly pglite: string;
  /** Paths with `/`, and sizes in bytes; folders end with `/`. */
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/**
 * Makes `folder` from the snapshot. Leaves it to PGlite to make it when the snapshot is of another PGlite. A process that dies
 * in between leaves nothing that looks like a database.
 */
export async function restoreSnapshot(folder: string): Promise<void> {
  const bytes = await promisify(brotliDecompress)(await readFile(snapshotFile));
  const indexEnd = 4 + bytes.readUInt32BE(0);
  const { pglite, files } = JSON.parse(bytes.toString("utf8", 4, indexEnd)) as Index;
  if (pglite !== pgliteVersion()) return;
  const fresh = `${folder}.new`;
  await rm(fresh, { recursive: true, force: true });
  let at = indexEnd;
  for (const { path, size } of files) {
    const target = join(fresh, path);
    if (path.endsWith("/")) await mkdir(target, { recursive: true });
    else await writeFile(target, bytes.subarray(at, at + size), { mode: 0o600 });
    at += size;
  }
  await rm(folder, { recursive: true, force: true });
  await rename(fresh, folder);
}

/** Packs the database in `folder`, which must be closed. */
export async function writeSnapshot(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files: { path: string; size: number }[] = [{ path: "/", size: 0 }];
  const contents: Buffer[] = [];
  for (const entry of entries) {
    const path = relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, "/");
    const content = entry.isDirectory() ? Buffer.alloc(0) : await readFile(join(folder, path));
    files.push({ path: entry.isDirectory() ? `${path}/` : path, size: content.length });
    contents.push(content);
  }
  const index = Buffer.from(JSON.stringify({ pglite: pgliteVersion(), files } satisfies Index));
  const head = Buffer.alloc(4);
  head.writeUInt32BE(index.length);
  const bytes = Buffer.concat([head, index, ...contents]);
  // The widest window: the three databases of a cluster are nearly the same.
  const params = { [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS };
  await mkdir(dirname(fileURLToPath(snapshotFile)), { recursive: true });
  await writeFile(snapshotFile, await promisify(brotliCompress)(bytes, { params }));
}

function pgliteVersion(): string {
  const manifest = new URL("../package.json", import.meta.resolve("@electric-sql/pglite"));
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}
