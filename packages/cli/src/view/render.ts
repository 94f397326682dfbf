import type { EngineStatus } from "@signalbox/core";
import { commands, type FlowPlace, header, notices, type Pen, pipelines, schedules } from "./sections.ts";

export interface Frame {
  readonly status: EngineStatus;
  /** Sentences of the start that stay true: the simulator stands in, a file is broken. */
  readonly notes: readonly string[];
  /** Lines there are; the frame leaves out what matters least until it fits. */
  readonly height: number;
}

/** How much of each part a frame shows. */
interface Layout {
  readonly flow: FlowPlace;
  readonly hasBlanks: boolean;
  /** False where a title would cost the line it stands above. */
  readonly hasTitles: boolean;
  readonly schedules: number;
  readonly commands: number;
  readonly notices: number;
}

const layouts: readonly Layout[] = [
  { flow: "below", hasBlanks: true, hasTitles: true, schedules: 8, commands: 8, notices: 8 },
  { flow: "below", hasBlanks: true, hasTitles: true, schedules: 4, commands: 4, notices: 4 },
  { flow: "beside", hasBlanks: true, hasTitles: true, schedules: 4, commands: 4, notices: 4 },
  { flow: "beside", hasBlanks: false, hasTitles: true, schedules: 3, commands: 3, notices: 3 },
  { flow: "beside", hasBlanks: false, hasTitles: true, schedules: 1, commands: 1, notices: 1 },
  { flow: "beside", hasBlanks: false, hasTitles: false, schedules: 1, commands: 2, notices: 1 },
  { flow: "beside", hasBlanks: false, hasTitles: false, schedules: 1, commands: 1, notices: 0 },
];
const smallest: Layout = { flow: "beside", hasBlanks: false, hasTitles: false, schedules: 0, commands: 0, notices: 1 };

/**
 * The live view as lines, at most `height` of them and `pen.width` columns each: the richest layout that fits. When not
 * even the smallest does, pipelines are left out at the end and counted.
 */
export function renderFrame(frame: Frame, pen: Pen): readonly string[] {
  // Thousands of pipelines are not drawn five times over to learn that they do not fit.
  const candidates = frame.status.pipelines.length < frame.height ? layouts : [];
  for (const layout of candidates) {
    const lines = layOut(frame, layout, pen);
    if (lines.length <= frame.height) return lines;
  }
  return cut(frame, pen);
}

function layOut({ status, notes }: Frame, layout: Layout, pen: Pen): readonly string[] {
  const titled = (title: string, lines: readonly string[]): readonly string[] =>
    layout.hasTitles && lines.length > 0 ? [pen.colors.dim(title), ...lines] : lines;
  const sections = [
    header(status, notes, pen),
    pipelines(status.pipelines, layout.flow, pen),
    titled(`next ticks (${pen.times.zone})`, schedules(status, layout.schedules, pen)),
    titled("last commands", commands(status.commands, layout.commands, pen)),
    titled("last warnings and errors", notices(status.notices, layout.notices, pen)),
  ];
  const filled = sections.filter((lines) => lines.length > 0);
  return filled.flatMap((lines, index) => (index > 0 && layout.hasBlanks ? ["", ...lines] : lines));
}

function cut(frame: Frame, pen: Pen): readonly string[] {
  const { status, notes, height } = frame;
  const top = header(status, notes, pen);
  const last = notices(status.notices, smallest.notices, pen);
  // The table's head and the line that counts the rest take two.
  const room = Math.max(0, height - top.length - last.length - 2);
  const shown = status.pipelines.slice(0, room);
  const rest = status.pipelines.length - shown.length;
  const more = rest === 0 ? [] : [pen.colors.dim(`  and ${rest} more (signalbox status)`)];
  return [...top, ...pipelines(shown, smallest.flow, pen), ...more, ...last].slice(0, Math.max(1, height));
}
