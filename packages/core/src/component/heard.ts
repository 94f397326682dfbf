// What a connection can tell of itself and of the devices it hears, for people. JSON; times are ISO 8601.

/** A device whose samples came over a connection, or should have. */
export interface HeardDevice {
  readonly device: string;
  /** Pipelines that ask for it. */
  readonly pipelines: readonly string[];
  readonly streams: readonly HeardStream[];
  /** The latest spans that a pipeline did not get, oldest first. */
  readonly gaps: readonly DeviceGap[];
}

/** What a device sends on one topic. */
export interface HeardStream {
  readonly topic: string;
  /** The time of the latest sample, as the device tells it. */
  readonly sampleAt: string;
  readonly body: unknown;
  /** Undefined until there were enough samples to know. */
  readonly cadence?: Cadence;
  /** It has not been heard for longer than it usually is. */
  readonly isSilent: boolean;
}

export interface Cadence {
  readonly usualMs: number;
  readonly deviationMs: number;
}

export interface DeviceGap {
  readonly pipeline: string;
  readonly from: string;
  readonly until: string;
  readonly reason: string;
}

/** The devices of a connection. */
export interface HeardDevices {
  /** Those that were heard, or of which something is missing; each once, in no order. */
  all(): readonly HeardDevice[];
  /** Also one that was never heard, where a pipeline asks for it. */
  get(device: string): HeardDevice | undefined;
}

/** What stands behind a connection's state. */
export interface ConnectionDetails {
  /** As its kind calls it. */
  readonly state: string;
  /** One sentence for a person. */
  readonly detail: string;
  /** Since when it has been open. */
  readonly since?: string;
  readonly subscriptions?: number;
  /** Subscriptions that were refused: what, and why as far as it is known. */
  readonly refused?: readonly Readonly<Record<string, string>>[];
  /** Pipelines without room that it waits for. */
  readonly waitingFor?: readonly string[];
  /** Pipelines without room that it does not wait for. */
  readonly detached?: readonly string[];
}
