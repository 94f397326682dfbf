// Known mistakes, put into a copy of the compiled engine: a suite that does not find them proves nothing.
import { cp, mkdtemp, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A change of one place in a compiled file. */
export interface Mutation {
  readonly name: string;
  /** The compiled file, from `packages` on. */
  readonly file: string;
  /** Must stand in it exactly once. */
  readonly before: string;
  readonly after: string;
}

const repository = fileURLToPath(new URL("../../../../", import.meta.url));
const packages = ["akenza", "akenza-simulator", "cli", "connector-postgres", "core", "jobs", "jsonata"];

/** The compiled file with the mistake in it; throws where it cannot be put in. */
export async function mutate({ file, before, after }: Mutation): Promise<string> {
  const parts = (await readFile(join(repository, "packages", file), "utf8")).split(before);
  const count = parts.length - 1;
  if (count !== 1) throw new Error(`${JSON.stringify(before)} stands ${count} times in ${file}, not once`);
  return parts.join(after);
}

/** A copy of what is compiled, with the mistake in it, in a temporary folder that is the caller's to remove. */
export async function copyOfEngine(mutation: Mutation): Promise<string> {
  const text = await mutate(mutation);
  const copy = await mkdtemp(join(tmpdir(), "signalbox-mutant-"));
  await symlink(join(repository, "node_modules"), join(copy, "node_modules"));
  for (const name of packages) {
    for (const part of ["dist", "node_modules", "package.json"]) {
      const path = join("packages", name, part);
      await cp(join(repository, path), join(copy, path), { recursive: true, verbatimSymlinks: true });
    }
  }
  await writeFile(join(copy, "packages", mutation.file), text);
  return copy;
}
