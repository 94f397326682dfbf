// Where traces go. The engine knows spans as plain data; whoever sends them on, and in which form, is behind this.

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
}

/** A piece of work that is over. Attributes are named by OpenTelemetry's conventions where there are some, and hold no payload. */
export interface Span extends SpanLink {
  readonly parentId: string | undefined;
  readonly name: string;
  readonly kind: "internal" | "client" | "producer" | "consumer";
  /** Milliseconds since the epoch, with fractions. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: SpanAttributes;
  /** Other traces that it was a part of. */
  readonly links: readonly SpanLink[];
  /** The code of the error it ended with; undefined where it did not. */
  readonly errorCode: string | undefined;
}

/** What became of spans since the engine started. */
export interface SpanCounts {
  readonly exported: number;
  /** There was no room for them. */
  readonly dropped: number;
  /** The receiver did not take them. */
  readonly failed: number;
}

/** Takes spans that are over. It never throws, never waits, and holds a bounded number. */
export interface SpanReceiver {
  /** Where they go, for a person. */
  readonly destination: string;
  /** How many more it holds. */
  readonly room: number;
  /** Those that find no room are dropped, and counted. */
  take(spans: readonly Span[]): void;
  /** Counts spans as dropped that were not even made, because there was no room. */
  drop(count: number): void;
  counts(): SpanCounts;
  /** Why the receiver at the other end takes none; undefined while it does. */
  readonly problem: string | undefined;
}
