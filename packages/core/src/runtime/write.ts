import type { Clock } from "../clock.ts";
import type { Message } from "../message.ts";

/** Who is told what became of a write: a flight, or the row of a lane it was read from. */
export interface WriteOwner {
  /** The message as its source gave it. */
  readonly original: Message;
  /** When the engine took the message in, on the clock's monotonic scale. */
  takenInAt(clock: Clock): number;
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

/** When a message was taken in that has been in the store, where only the wall clock counts; on the monotonic scale. */
export function takenInAt({ meta }: Message, clock: Clock): number {
  return clock.monotonic() - (clock.now() - Date.parse(meta.receivedAt));
}
