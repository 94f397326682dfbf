// The beginning of a program that proves something: its command line, its seeds, its exit code.

export interface Program<Options> {
  /** Reads the command line; throws with a sentence for what cannot be read. */
  readonly read: (args: readonly string[]) => Options;
  readonly usage: string;
  /** Answers whether what was to be proved holds. */
  readonly prove: (options: Options) => Promise<boolean>;
}

/** Runs this process as that program. It ends with 0, with 1 when the proof failed, with 2 for a bad command line. */
export async function runProgram<Options>({ read, usage, prove }: Program<Options>): Promise<void> {
  let options: Options;
  try {
    // pnpm hands its own "--" on.
    options = read(process.argv.slice(2).filter((arg) => arg !== "--"));
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    process.exitCode = 2;
    return;
  }
  // Servers and engines are ended when this process exits, which a signal would not let them see.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
  // The clock's timers do not keep a process alive, and between two engines there may be nothing else.
  const alive = setInterval(() => undefined, 60_000);
  try {
    process.exitCode = (await prove(options)) ? 0 : 1;
  } finally {
    clearInterval(alive);
  }
}

/** The seeds of a run: the first, and how many. */
export interface Seeds {
  readonly seed: number;
  readonly seeds: number;
}

/** Proves with one seed after the other; answers whether all of them were good. */
export async function proveSeeds(
  { seed: first, seeds }: Seeds,
  prove: (seed: number) => Promise<boolean>,
): Promise<boolean> {
  let failed = 0;
  for (let seed = first; seed < first + seeds; seed += 1) {
    if (!(await prove(seed))) failed += 1;
  }
  if (seeds > 1) say(`${seeds} seeds, ${failed} failed`);
  return failed === 0;
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
