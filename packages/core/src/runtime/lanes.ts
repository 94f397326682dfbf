import { messageOf } from "../errors/error.ts";
import type { Logger } from "../log.ts";
import type { Job, Queue, QueueWorker } from "../ports/queue.ts";
import { type Clock } from "../clock.ts";
import { laneTopic, sinkOfLane } from "./parked-writes.ts";
import type { PipelineRunner } from "./pipeline-runner.ts";

const lanesAtOnce = 16;
/** How often a lane whose pipeline does not run here is looked at again. */
const absentMs = 60_000;

/** Answers the wake-ups of lanes with the runner of their pipeline and sink. */
export function workLanes(
  queue: Queue,
  find: (pipeline: string) => PipelineRunner | undefined,
  { clock, log }: { clock: Clock; log: Logger },
): Promise<QueueWorker> {
  return queue.work(laneTopic, { concurrency: lanesAtOnce }, async (job, signal) => {
    const lane = laneOf(job);
    const place = lane === undefined ? undefined : sinkOfLane(lane);
    if (lane === undefined || place === undefined) return;
    const runner = find(place.pipeline)?.laneRunner(place.sink);
    if (runner === undefined) return { runAgainAt: clock.now() + absentMs };
    try {
      const nextAt = await runner.run(lane, signal);
      return nextAt === undefined ? undefined : { runAgainAt: nextAt };
    } catch (error) {
      log.warn({ ...place, cause: messageOf(error) }, "Parked messages could not be read; trying again.");
      throw error;
    }
  });
}

function laneOf({ data }: Job): string | undefined {
  const lane = typeof data === "object" && data !== null && "lane" in data ? data.lane : undefined;
  return typeof lane === "string" ? lane : undefined;
}
