import { setInterval } from "node:timers";
import type { EngineStatus } from "@signalbox/core";
import { createLogUpdate } from "log-update";
import { colorsFor, type Io } from "../terminal/io.ts";
import { renderFrame } from "./render.ts";
import { createTimeFormat, zoneOf } from "./times.ts";
import { createRateWindow } from "./totals.ts";

const framesPerSecond = 3;
const rateWindowMs = 10_000;

export interface LiveView {
  /** Paints a last frame, leaves it on the terminal and gives the terminal back. Idempotent. */
  close(): void;
}

export interface LiveViewOptions {
  readonly status: () => EngineStatus;
  /** Sentences of the start that stay true. */
  readonly notes: readonly string[];
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
}

/** Paints the status on the terminal until closed; a frame equal to the last one is not painted again. */
export function openLiveView(io: Io, { status, notes, redact }: LiveViewOptions): LiveView {
  const paint = createLogUpdate(io.stdout);
  const rates = createRateWindow(rateWindowMs);
  const times = createTimeFormat(zoneOf(io.env));
  const colors = colorsFor(io.stdout, io.env);
  let last = "";
  const draw = (): void => {
    const now = redacted(status(), redact);
    rates.add(now);
    // One column and one line less than there are: a terminal that wraps or scrolls would tear the picture.
    const width = (io.stdout.columns ?? 80) - 1;
    const height = (io.stdout.rows ?? 24) - 1;
    const text = renderFrame({ status: now, notes, height }, { width, colors, times, rates }).join("\n");
    if (text === last) return;
    last = text;
    paint(text);
  };
  draw();
  const timer = setInterval(draw, 1_000 / framesPerSecond);
  let isClosed = false;
  return {
    close() {
      if (isClosed) return;
      isClosed = true;
      clearInterval(timer);
      draw();
      paint.done();
    },
  };
}

/** Before anything is cut to a width: half a secret is one too many. */
function redacted(status: EngineStatus, redact: (text: string) => string): EngineStatus {
  const clean = (_key: string, leaf: unknown): unknown => (typeof leaf === "string" ? redact(leaf) : leaf);
  return JSON.parse(JSON.stringify(status, clean)) as EngineStatus;
}
