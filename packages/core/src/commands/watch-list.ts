import type { WatchedDevice } from "./contracts.ts";
import { type Expectation, sentAt } from "./confirming.ts";
import type { CommandRecord } from "./transitions.ts";
import type { Uplink } from "./contracts.ts";

/** A command that an uplink may confirm. */
export interface Watch {
  record: CommandRecord;
  readonly expects: Expectation;
  /** The uplink that showed it before its answer was recorded. */
  early?: Uplink;
  /** Whether the log knows that its condition fails on uplinks. */
  hasComplained?: boolean;
}

type Place = Pick<CommandRecord, "connection" | "device" | "key">;

/** The commands that uplinks may confirm, by connection and device. */
export class WatchList {
  readonly #connections = new Map<string, Map<string, Map<string, Watch>>>();
  readonly #onDevices: (connection: string) => void;

  /** `onDevices` is called when a connection has a device more or less than before. */
  constructor(onDevices: (connection: string) => void) {
    this.#onDevices = onDevices;
  }

  get({ connection, device, key }: Place): Watch | undefined {
    return this.#connections.get(connection)?.get(device)?.get(key);
  }

  of(connection: string, device: string): Iterable<Watch> {
    return this.#connections.get(connection)?.get(device)?.values() ?? [];
  }

  all(): readonly Watch[] {
    const devices = [...this.#connections.values()].flatMap((each) => [...each.values()]);
    return devices.flatMap((each) => [...each.values()]);
  }

  devices(connection: string): readonly WatchedDevice[] {
    return [...(this.#connections.get(connection) ?? [])].map(([device, watches]) => ({
      device,
      since: Math.min(...[...watches.values()].map(({ record }) => sentAt(record) ?? 0)),
    }));
  }

  add(watch: Watch): void {
    const { connection, device, key } = watch.record;
    const devices = this.#connections.get(connection) ?? new Map<string, Map<string, Watch>>();
    this.#connections.set(connection, devices);
    const watches = devices.get(device) ?? new Map<string, Watch>();
    devices.set(device, watches);
    watches.set(key, watch);
    if (watches.size === 1) this.#onDevices(connection);
  }

  drop({ connection, device, key }: Place): void {
    const devices = this.#connections.get(connection);
    const watches = devices?.get(device);
    if (watches?.delete(key) !== true || watches.size > 0) return;
    devices?.delete(device);
    this.#onDevices(connection);
  }
}
