/** Codes of working with dead letters. */
export const deadLetterCodes = {
  DEAD_LETTER_UNKNOWN: {
    when: "There is no dead letter of that id: it was redriven, purged, or fell out of retention.",
    remedy: "Look it up with `signalbox dead-letters list`.",
  },
  DEAD_LETTER_BUSY: {
    when: "A dead letter was to be redriven, edited or purged while its message is under way or somebody else changes it.",
    remedy: "Look again in a moment: a letter goes once its message is settled or parked.",
  },
  DEAD_LETTER_PIPELINE_GONE: {
    when: "A dead letter's pipeline does not run on this engine, so nothing can take its message.",
    remedy: "Bring the pipeline back under its name, or purge the letter.",
  },
  DEAD_LETTER_SINK_GONE: {
    when: "A dead letter was to go straight to its sink, and no sink was due yet or the pipeline no longer has it.",
    remedy: "Redrive it through the pipeline, without `--to-sink`.",
  },
  DEAD_LETTER_EDIT_MISFIT: {
    when: "A dead letter was edited as its source gave it and is redriven straight to the sink, or the other way round.",
    remedy: "Redrive it the way the message says, or edit the other message (`--shaped`).",
  },
  PIPELINE_NOT_RUNNING: {
    when: "A message was to be redriven into a pipeline that failed, or that takes no more messages because it stops.",
    remedy: "Look at the pipeline in `signalbox status`; the letter is still there.",
  },
} as const;
