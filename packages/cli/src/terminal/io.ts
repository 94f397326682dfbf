import pc from "picocolors";

/** A stream of a terminal, a pipe or a test. */
export type Output = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** What a call is given beside its arguments: a pipe, a file, a terminal. */
export type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean };

/** What the command line touches of the outside world, so that a test can stand in for a terminal. */
export interface Io {
  /** What was asked for: lists, JSON, the log of `run`. */
  readonly stdout: Output;
  /** Everything said to a person beside that. */
  readonly stderr: Output;
  readonly stdin: Input;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Calls `listener` at each request to end (SIGINT, SIGTERM); answers how to stop listening. */
  onStop(listener: (signal: string) => void): () => void;
  /** Calls `listener` at each request to read the files again (SIGHUP); answers how to stop listening. */
  onHangUp(listener: () => void): () => void;
  /** Ends the process at once. */
  exit(code: number): void;
}

export const processIo: Io = {
  stdout: process.stdout,
  stderr: process.stderr,
  // Taken on use: touching it makes a process wait for it.
  get stdin() {
    return process.stdin;
  },
  env: process.env,
  cwd: process.cwd(),
  onStop(listener) {
    process.on("SIGINT", listener);
    process.on("SIGTERM", listener);
    return () => {
      process.off("SIGINT", listener);
      process.off("SIGTERM", listener);
    };
  },
  onHangUp(listener) {
    process.on("SIGHUP", listener);
    return () => process.off("SIGHUP", listener);
  },
  exit: (code) => process.exit(code),
};

export type Colors = ReturnType<typeof pc.createColors>;

/** Colours for `output`: on a terminal, unless NO_COLOR is set or the terminal is a dumb one; everywhere with FORCE_COLOR. */
export function colorsFor(output: Output, env: Io["env"]): Colors {
  const isRefused = (env["NO_COLOR"] ?? "") !== "";
  const isForced = (env["FORCE_COLOR"] ?? "") !== "" && env["FORCE_COLOR"] !== "0";
  const isWanted = isForced || (output.isTTY === true && env["TERM"] !== "dumb");
  return pc.createColors(!isRefused && isWanted);
}

/** A line, or several. */
export function writeLine(output: Output, text: string): void {
  output.write(`${text}\n`);
}

/** Indented JSON for machines that people look over the shoulder of. */
export function writeJson(output: Output, value: unknown): void {
  writeLine(output, JSON.stringify(value, undefined, 2));
}
