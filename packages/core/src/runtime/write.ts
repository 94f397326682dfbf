import type { Message } from "../message.ts";

/** Who is told what became of a write: a flight, or the row of a lane it was read from. */
export interface WriteOwner {
  /** The message as its source gave it. */
  readonly original: Message;
  /** `commands`: the keys of those it led to. */
  writeDelivered(commands?: readonly string[]): void;
  writeDiscarded(): void;
  writeDeadLettered(): void;
  writeParked(): void;
}

/** One message due at one sink, shaped for it. */
export interface Write {
  readonly message: Message;
  /** Writes of one key keep their order; undefined where none is kept. */
  readonly key: string | undefined;
  readonly owner: WriteOwner;
}
