import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, rename, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Closing } from "./closing.ts";
import { type Journal, openJournal } from "./journal.ts";

const observed = "observed";
const mostLines = 8;

/** The folder of a run: the project, and under `observed` what was seen of it. It stays. */
export interface RunFolder {
  readonly dir: string;
  /** A journal of this name, closed with the run. */
  readonly journal: (name: string) => Journal;
}

export async function makeRunFolder(program: string, closing: Closing): Promise<RunFolder> {
  const dir = await mkdtemp(join(tmpdir(), `signalbox-${program}-`));
  await mkdir(join(dir, observed));
  return {
    dir,
    journal(name) {
      const opened = openJournal(join(dir, observed, `${name}.ndjson`));
      closing.push(() => opened.close());
      return opened;
    },
  };
}

/** Writes texts by their paths. Each file appears at once and whole: an engine that watches never reads half of one. */
export async function writeProject(dir: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(dir, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.next`, text);
    await rename(`${file}.next`, file);
  }
}

/** The first lines of a run's journal that hold a text. */
export async function linesAbout(dir: string, journal: string, needle: string): Promise<readonly string[]> {
  const found: string[] = [];
  const file = createReadStream(join(dir, observed, `${journal}.ndjson`));
  for await (const line of createInterface({ input: file })) {
    if (found.length < mostLines && line.includes(needle)) found.push(line);
  }
  return found;
}
