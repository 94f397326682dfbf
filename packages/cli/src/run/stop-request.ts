import type { Clock } from "@signalbox/core";
import type { Io } from "../terminal/io.ts";

/** A wish to end, made by a signal. */
export interface StopRequest {
  /** Resolves to the name of the first signal. */
  readonly asked: Promise<string>;
  /** From now on signals do again what they do by themselves. */
  release(): void;
}

// A Ctrl-C reaches the whole group of processes, and package managers hand on what they got: one wish, two signals.
const echoMs = 250;
const signalNumbers: Readonly<Record<string, number>> = { SIGINT: 2, SIGTERM: 15 };

/** The first signal asks to stop; a later one ends the process at once, with the exit code shells give it. */
export function awaitStop(io: Io, clock: Clock): StopRequest {
  let firstAt: number | undefined;
  let release = (): void => undefined;
  const asked = new Promise<string>((resolve) => {
    release = io.onStop((signal) => {
      const now = clock.monotonic();
      if (firstAt === undefined) {
        firstAt = now;
        resolve(signal);
      } else if (now - firstAt > echoMs) {
        io.exit(128 + (signalNumbers[signal] ?? 15));
      }
    });
  });
  return { asked, release: () => release() };
}
