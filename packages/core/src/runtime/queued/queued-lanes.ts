/** The queue topic whose jobs wake lanes of queued messages; a job's id and data name its lane. */
export const queuedTopic = "queued";

/** A lane of queued messages has one row, whose entries are batches in order. */
export const queuedRow = "batches";

/** `queued/<pipeline>/`, what the names of a pipeline's lanes of queued messages start with. */
export function queuedPrefix(pipeline: string): string {
  return `queued/${pipeline}/`;
}

export function queuedLane(pipeline: string, partition: string): string {
  return `${queuedPrefix(pipeline)}${partition}`;
}

/** The pipeline of a lane's name; undefined for lanes of other kinds. */
export function pipelineOfQueuedLane(lane: string): string | undefined {
  const [kind, pipeline, partition] = lane.split("/");
  return kind === "queued" && partition !== undefined ? pipeline : undefined;
}
