import type { BackfillOptions, Clock } from "@signalbox/core";
import type { Counters } from "../counters.ts";
import type { Consumer, RoutedSample } from "../routing/consumer.ts";
import type { Follower } from "./follower.ts";
import type { ServerTime } from "./server-time.ts";
import type { Watermarks } from "./watermarks.ts";

/** Who reads history, for all pipelines of a connection. */
export interface Reading {
  /** True once akenza has shown its history on the present connection. */
  readonly isPossible: boolean;
  /** The device has something to read for the follower. */
  want(device: string, follower: Follower): void;
  /** A live sample of the device waits. */
  urge(device: string): void;
  /** Devices were added: nothing is read before akenza has confirmed its subscriptions. */
  confirmFirst(): void;
}

export interface FollowerOptions {
  readonly consumer: Consumer;
  readonly backfill: BackfillOptions;
  readonly watermarks: Watermarks;
  readonly clock: Clock;
  readonly time: ServerTime;
  readonly counters: Counters;
  readonly reading: Reading;
  /** The socket brought what history had brought to the pipeline: it is not handed on. */
  onRepeated(sample: RoutedSample, pipeline: string): void;
}
