import { createHash } from "node:crypto";
import { type FSWatcher, watch } from "node:fs";
import { readFile } from "node:fs/promises";
import { type Clock, type Logger, messageOf, type ProjectSources, type Timer } from "@signalbox/core";
import { placesOf } from "./watch-places.ts";

export interface WatchOptions {
  /** What the project is read from; asked again after every change. */
  readonly sources: () => Promise<ProjectSources>;
  /** Called when contents have changed and stand still again. */
  readonly onChange: () => void;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface ProjectWatch {
  /** Idempotent. */
  close(): Promise<void>;
}

/** Between two looks at the files; when two in a row see the same, nobody is writing any more. */
const lookMs = 250;

/** Watches what a project is read from. Resolves when changes from now on are seen. */
export async function watchProject(options: WatchOptions): Promise<ProjectWatch> {
  const watching = new Watching(options);
  await watching.open();
  return watching;
}

class Watching implements ProjectWatch {
  readonly #options: WatchOptions;
  #watchers: readonly FSWatcher[] = [];
  /** Of the contents that the engine has. */
  #known = "";
  /** Of contents that have just been seen for the first time. */
  #seen: string | undefined;
  #timer: Timer | undefined;
  #looking: Promise<void> = Promise.resolve();
  #isClosed = false;
  #hasComplained = false;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    this.#known = await this.#watchAndRead();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#looking;
    this.#unwatch();
  }

  #soon(): void {
    if (this.#isClosed || this.#timer !== undefined) return;
    this.#timer = this.#options.clock.setTimer(() => {
      this.#timer = undefined;
      this.#looking = this.#looking.then(() => this.#look());
    }, lookMs);
  }

  async #look(): Promise<void> {
    if (this.#isClosed) return;
    const contents = await this.#watchAndRead();
    if (contents === this.#known) {
      this.#seen = undefined;
      return;
    }
    if (contents !== this.#seen) {
      this.#seen = contents;
      return this.#soon();
    }
    this.#known = contents;
    this.#seen = undefined;
    if (!this.#isClosed) this.#options.onChange();
  }

  /** Watches first: what changes after that is seen, what changed before it is read. */
  async #watchAndRead(): Promise<string> {
    const sources = await this.#options.sources();
    const places = await placesOf(sources);
    this.#unwatch();
    this.#watchers = [...places].flatMap(([folder, names]) => this.#watchFolder(folder, names));
    return digestOf(sources.files);
  }

  #watchFolder(folder: string, names: "all" | ReadonlySet<string>): readonly FSWatcher[] {
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (names === "all" || name === null || names.has(name)) this.#soon();
      });
      watcher.on("error", (error) => this.#complain(folder, error));
      return [watcher];
    } catch (error) {
      this.#complain(folder, error);
      return [];
    }
  }

  #unwatch(): void {
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [];
  }

  #complain(folder: string, error: unknown): void {
    if (this.#hasComplained) return;
    this.#hasComplained = true;
    const fields = { folder, cause: messageOf(error) };
    this.#options.log.warn(fields, "The project's files cannot be watched; `signalbox reload` has them read again.");
  }
}

/** Equal contents, equal digest: a file that is only touched has not changed. */
async function digestOf(files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of [...files].sort()) {
    const bytes = await readFile(file).catch(() => undefined);
    hash.update(JSON.stringify([file, bytes?.length ?? null]));
    if (bytes !== undefined) hash.update(bytes);
  }
  return hash.digest("hex");
}
