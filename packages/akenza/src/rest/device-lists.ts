import { type Clock, messageOf, SignalboxError } from "@signalbox/core";
import { orAborted } from "../or-aborted.ts";
import type { RestClient } from "./client.ts";
import { type DeviceQuery, findDevices } from "./device-query.ts";
import type { Device } from "./inventory.ts";

interface Reading {
  readonly devices: readonly Device[];
  readonly atMs: number;
}

/** The devices that queries on the inventory find, read when they are asked for and kept for a while. */
export class DeviceLists {
  readonly #rest: RestClient;
  readonly #clock: Clock;
  readonly #readings = new Map<string, Reading>();
  readonly #running = new Map<string, Promise<readonly Device[]>>();
  readonly #end = new AbortController();

  constructor(rest: RestClient, clock: Clock) {
    this.#rest = rest;
    this.#clock = clock;
  }

  /**
   * The devices of a query, read at most `holdsMs` ago. Throws AKENZA_IDS_UNREADABLE (retryable): an older list is not
   * taken in its place, for a device that has left it must not be commanded.
   */
  async read(query: DeviceQuery, holdsMs: number, signal: AbortSignal): Promise<readonly Device[]> {
    signal.throwIfAborted();
    const key = JSON.stringify([query.tag, query.type, query.workspace]);
    const known = this.#readings.get(key);
    if (known !== undefined && this.#clock.monotonic() - known.atMs < holdsMs) return known.devices;
    let running = this.#running.get(key);
    if (running === undefined) {
      // Several messages wait for one reading: it goes on when one of them gives up.
      running = this.#readNow(key, query).finally(() => this.#running.delete(key));
      this.#running.set(key, running);
    }
    return orAborted(running, signal);
  }

  close(): void {
    this.#end.abort();
  }

  async #readNow(key: string, query: DeviceQuery): Promise<readonly Device[]> {
    try {
      const atMs = this.#clock.monotonic();
      const devices = await findDevices(this.#rest, query, this.#end.signal);
      this.#readings.set(key, { devices, atMs });
      return devices;
    } catch (error) {
      const text = `akenza's inventory gives no list of devices: ${messageOf(error)}`;
      throw new SignalboxError("AKENZA_IDS_UNREADABLE", text, { isRetryable: true, cause: error });
    }
  }
}
