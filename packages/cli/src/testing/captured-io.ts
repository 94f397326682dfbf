import { PassThrough, Readable } from "node:stream";
import type { Io, Output } from "../terminal/io.ts";

/** A terminal, or pipes, of a test. */
export interface CapturedIo extends Io {
  out(): string;
  err(): string;
  /** What the process would have exited with at once. */
  readonly exits: readonly number[];
  /** Sends a signal, as Ctrl-C does. */
  signal(name: "SIGINT" | "SIGTERM" | "SIGHUP"): void;
  /** Resolves once standard output (or error) holds `text`. */
  until(stream: "out" | "err", text: string | RegExp): Promise<void>;
}

export interface CapturedOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What is given on standard input; nothing by default. */
  readonly input?: string;
  readonly terminal?: { readonly columns: number; readonly rows: number };
}

export function captureIo({ cwd, env = {}, input = "", terminal }: CapturedOptions): CapturedIo {
  const facts = terminal === undefined ? {} : { isTTY: true, ...terminal };
  const out = capture(facts);
  const err = capture(facts);
  const listeners = new Set<(signal: string) => void>();
  const hangUpListeners = new Set<() => void>();
  const exits: number[] = [];
  return {
    stdout: out.output,
    stderr: err.output,
    stdin: Object.assign(Readable.from([Buffer.from(input)]), { isTTY: terminal !== undefined }),
    env,
    cwd,
    onStop(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onHangUp(listener) {
      hangUpListeners.add(listener);
      return () => hangUpListeners.delete(listener);
    },
    exit: (code) => exits.push(code),
    out: out.text,
    err: err.text,
    exits,
    signal: (name) => {
      if (name === "SIGHUP") for (const listener of hangUpListeners) listener();
      else for (const listener of listeners) listener(name);
    },
    until: (stream, text) => (stream === "out" ? out : err).until(text),
  };
}

interface Captured {
  readonly output: Output;
  text(): string;
  until(text: string | RegExp): Promise<void>;
}

function capture(facts: object): Captured {
  const stream = new PassThrough();
  let all = "";
  let waiting: { readonly text: string | RegExp; readonly resolve: () => void }[] = [];
  stream.on("data", (chunk: Buffer) => {
    all += chunk.toString("utf8");
    for (const { text, resolve } of waiting) if (holds(all, text)) resolve();
    waiting = waiting.filter(({ text }) => !holds(all, text));
  });
  return {
    output: Object.assign(stream, facts),
    text: () => all,
    until: (text) =>
      new Promise((resolve) => {
        if (holds(all, text)) resolve();
        else waiting.push({ text, resolve });
      }),
  };
}

function holds(all: string, text: string | RegExp): boolean {
  return typeof text === "string" ? all.includes(text) : text.test(all);
}
