import type { Pipeline } from "../../config/model.ts";
import { scheduleSource } from "./schedule.ts";
import { previewSchedule, type SchedulePreview } from "./schedule-review.ts";
import type { ScheduleWords } from "./schedule-config.ts";

/** The next planned times of a pipeline's schedule after `after`; undefined for a pipeline with another source. */
export function previewPipeline({ source }: Pipeline, after: number, count: number): SchedulePreview | undefined {
  if (source.definition.name !== scheduleSource.name) return undefined;
  // What the source's own schema made of it.
  return previewSchedule(source.config as ScheduleWords, after, count);
}
