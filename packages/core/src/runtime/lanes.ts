import type { Clock } from "../clock.ts";
import { messageOf } from "../errors/error.ts";
import type { Logger } from "../log.ts";
import type { Job, Queue, QueueWorker } from "../ports/queue.ts";
import { laneTopic, sinkOfLane } from "./lane-names.ts";
import type { PipelineRunner } from "./pipeline-runner.ts";
import { pipelineOfQueuedLane, queuedTopic } from "./queued/queued-lanes.ts";

const lanesAtOnce = 16;
/** How often a lane whose pipeline does not run here is looked at again. */
const absentMs = 60_000;

/** Runs a lane; answers when to look again, undefined when it is empty. */
type RunLane = (signal: AbortSignal) => Promise<number | undefined>;

/** Answers the wake-ups of lanes with the pipeline they belong to. */
export async function workLanes(
  queue: Queue,
  find: (pipeline: string) => PipelineRunner | undefined,
  host: { clock: Clock; log: Logger },
): Promise<QueueWorker> {
  const workers = await Promise.all([
    work({ queue, topic: laneTopic, ...host }, (lane) => {
      const place = sinkOfLane(lane);
      const pipeline = place === undefined ? undefined : find(place.pipeline);
      if (place === undefined || pipeline?.hasSink(place.sink) !== true) return undefined;
      return (signal) => pipeline.runLane(place.sink, lane, signal);
    }),
    work({ queue, topic: queuedTopic, ...host }, (lane) => {
      const pipeline = find(pipelineOfQueuedLane(lane) ?? "");
      return pipeline === undefined ? undefined : (signal) => pipeline.runQueued(lane, signal);
    }),
  ]);
  return { close: async () => void (await Promise.all(workers.map((worker) => worker.close()))) };
}

/** `runnerOf` answers undefined for a lane that nobody here can run. */
function work(
  { queue, topic, clock, log }: { queue: Queue; topic: string; clock: Clock; log: Logger },
  runnerOf: (lane: string) => RunLane | undefined,
): Promise<QueueWorker> {
  return queue.work(topic, { concurrency: lanesAtOnce }, async (job, signal) => {
    const lane = laneOf(job);
    if (lane === undefined) return;
    const run = runnerOf(lane);
    if (run === undefined) return { runAgainAt: clock.now() + absentMs };
    try {
      const nextAt = await run(signal);
      return nextAt === undefined ? undefined : { runAgainAt: nextAt };
    } catch (error) {
      log.warn({ lane, cause: messageOf(error) }, "A lane of messages could not be read; trying again.");
      throw error;
    }
  });
}

function laneOf({ data }: Job): string | undefined {
  const lane = typeof data === "object" && data !== null && "lane" in data ? data.lane : undefined;
  return typeof lane === "string" ? lane : undefined;
}
