import type { DeviceSpec, Place, SimulatedDevice, Tag } from "./building.ts";
import type { EntryLog } from "./entry-log.ts";
import type { FaultControls } from "./faults/fault-controls.ts";
import type { RequestFault } from "./faults/request-faults.ts";
import type { PlayOptions, PlayResult } from "./playback.ts";
import type { Mailbox } from "./receiver.ts";
import type { Recording } from "./recording.ts";
import type { Downlink } from "./rest/downlink.ts";
import type { Sample, SampleInput } from "./sample.ts";
import type { RequestEntry } from "./server/request-entry.ts";
import type { SentFrame } from "./stream/connection.ts";
import type { ConnectionEvent, LiveSubscriptions, ReceivedFrame } from "./stream/data-streams.ts";

/** A running akenza of one's own. Everything it does is also reachable over HTTP under /simulator. */
export interface Simulator {
  /** REST base, "http://127.0.0.1:PORT". */
  readonly url: string;
  /** "ws://127.0.0.1:PORT/v3/data-streams", without a key. */
  readonly webSocketUrl: string;
  readonly port: number;
  /** The first key it knows. */
  readonly apiKey: string;
  readonly organization: Place;
  readonly workspaces: readonly Place[];
  readonly tags: readonly Tag[];
  readonly devices: readonly SimulatedDevice[];

  /** Adds a device that sends only what it is told to. Throws SIMULATOR_DEVICE_DUPLICATE. */
  addDevice(spec: DeviceSpec): SimulatedDevice;
  /** Stores one sample and sends it to its subscribers; one that is stored already is not sent again. */
  emit(sample: SampleInput): Sample;
  /**
   * Has the fleet make its next samples now. Default 1. The samples of one uplink follow one another, also over two
   * calls; the next uplink is that of a device which understood a downlink, else of the one whose turn it is.
   */
  tick(count?: number): readonly Sample[];
  /** Lets the fleet send by itself, or plays `options.playback`. A rate given here goes before the options'. */
  start(samplesPerMinute?: number | "max"): void;
  stop(): void;
  /** Adds the devices a recording needs, so that they can be subscribed to before it is played. */
  prepare(recording: Recording): Promise<readonly SimulatedDevice[]>;
  /** Sends recorded samples; resolves when the last one is on its socket. Waits while a subscriber's socket is full. */
  play(recording: Recording, options?: PlayOptions): Promise<PlayResult>;

  /** Frames put on data streams. */
  readonly sent: EntryLog<SentFrame>;
  /** Frames that came in on data streams; appended after they took effect. */
  readonly received: EntryLog<ReceivedFrame>;
  /** Downlinks that were accepted. */
  readonly downlinks: EntryLog<Downlink>;
  /** REST requests, with how each was answered. */
  readonly requests: EntryLog<RequestEntry>;
  /** Data streams opened, closed and refused. */
  readonly connections: EntryLog<ConnectionEvent>;
  /** The live set of each open connection. */
  subscriptions(): readonly LiveSubscriptions[];
  state(): SimulatorState;
  /** The other system of this name, at /receiver/NAME. */
  receiver(name: string): Mailbox;
  /** Resolves once the condition holds; it is looked at again whenever a sample is stored, a log grows or a fault is met. */
  until(condition: () => boolean, signal?: AbortSignal): Promise<void>;

  readonly faults: FaultControls;
  /** Ends everything: sockets, timers, playbacks, waits. Idempotent. */
  close(): Promise<void>;
}

export interface SimulatorState {
  readonly isRunning: boolean;
  readonly devices: number;
  /** `refused`: were stored already; `held`: late by a fault. */
  readonly samples: {
    readonly inserted: number;
    readonly refused: number;
    readonly held: number;
    readonly stored: number;
  };
  readonly totals: {
    readonly sent: number;
    readonly received: number;
    readonly downlinks: number;
    readonly requests: number;
  };
  readonly connections: readonly {
    readonly id: string;
    readonly subscriptions: number;
    readonly bufferedBytes: number;
    readonly isSilent: boolean;
    readonly swallowed: number;
  }[];
  readonly faults: {
    readonly requests: readonly RequestFault[];
    readonly upgrades: readonly RequestFault[];
  };
}
