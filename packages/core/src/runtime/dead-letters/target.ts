import type { DiscardReason } from "../../component/contracts.ts";
import type { Location } from "../../location.ts";
import type { Delivery, Message } from "../../message.ts";

/** One message for one sink, shaped for it. */
export interface DirectWrite {
  readonly sink: string;
  readonly message: Message;
}

/** A running pipeline, as redriving knows it. */
export interface RedriveTarget {
  hasSink(name: string): boolean;
  /**
   * Takes a message in as if it came from the source, as soon as there is room; with `direct` it is written to that sink
   * alone and passes no step. Resolves when its writes are due; the delivery is told of their end. Rejects when the
   * pipeline takes no messages.
   */
  redrive(delivery: Delivery, direct?: DirectWrite): Promise<void>;
  /** What `redrive` would do with a message, without doing it. */
  preview(message: Message, direct?: DirectWrite): Promise<Preview>;
}

export interface Preview {
  /** What would become of the message, or of each of the messages the steps make of it, at each sink it is due at. */
  readonly results: readonly PreviewResult[];
  /** What the preview cannot know, in sentences. */
  readonly notes: readonly string[];
}

export type PreviewResult = { readonly message: string; readonly sink?: string } & (
  | { readonly status: "written"; readonly body: unknown }
  | { readonly status: "discarded"; readonly reason: DiscardReason }
  | { readonly status: "dead"; readonly code: string; readonly cause: string; readonly at?: Location }
);
