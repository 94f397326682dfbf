import type { Complaints, Counters } from "../counters.ts";
import type { Frame } from "../socket/frames.ts";
import type { Subscriptions } from "../socket/subscriptions.ts";
import type { ServerTime } from "../backfill/server-time.ts";
import type { ConfirmationWatch } from "./confirmation-watch.ts";
import type { Router } from "./router.ts";

export interface IntakeOptions {
  readonly counters: Counters;
  readonly complaints: Complaints;
  readonly router: Router;
  readonly watch: ConfirmationWatch;
  readonly subscriptions: Subscriptions;
  readonly time: ServerTime;
}

type Reply = Exclude<Frame, { kind: "sample" | "malformed" | "binary" }>;

/** Where every frame goes: samples to the router, answers to the subscriptions, the rest is counted, said and shown. */
export function createIntake(options: IntakeOptions): (frame: Frame) => void {
  const { counters, complaints, router, watch, subscriptions, time } = options;
  const { counts } = counters;
  return (frame) => {
    switch (frame.kind) {
      case "sample":
        counts.samples += 1;
        watch.observe(frame.sample);
        return router.route(frame.sample);
      case "malformed":
        counts.malformed += 1;
        return complaints.warn(
          "malformed",
          { reason: frame.reason },
          "akenza sent a frame that cannot be read; it is left out.",
        );
      case "binary":
        counts.binary += 1;
        return complaints.warn("binary", { sizeBytes: frame.sizeBytes }, "akenza sent a binary frame; it is left out.");
      case "subscribed":
      case "unsubscribed":
      case "error":
      case "pong":
      case "unknown":
      case "connected":
        note(frame);
        return router.publish("frame", frame.body);
    }
  };

  function note(frame: Reply): void {
    if (frame.kind !== "unknown") time.note(frame.body);
    if (frame.kind === "subscribed" || frame.kind === "unsubscribed") subscriptions.answered(frame);
    if (frame.kind === "error") {
      counts.errors += 1;
      const { message, replyTo } = frame;
      complaints.warn("error", { message, replyTo }, "akenza sent an error message.");
      subscriptions.answered(frame);
    }
    if (frame.kind === "unknown") {
      const type = counters.countUnknownType(frame.type);
      const sentence = "akenza sent a message of a type this connector does not know.";
      complaints.warn(`unknown type ${type}`, { type }, sentence);
    }
  }
}
