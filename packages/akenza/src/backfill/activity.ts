import { type Logger, messageOf } from "@signalbox/core";
import type { RestClient } from "../rest/client.ts";
import { listDevices, organizationOfKey } from "../rest/inventory.ts";
import { canonicalTimestamp } from "../timestamp.ts";

export interface ActivityOptions {
  readonly rest: RestClient;
  readonly log: Logger;
}

/** Fewer devices are read one by one as fast as the list would be. */
const worthFrom = 50;
/** A page of the list has to spare so many readings at least. */
const sparedPerPage = 10;
/** Devices whose history must agree with the list before it is believed. */
const proofsNeeded = 5;

/**
 * When each device last sent, as akenza's list of devices has it: a page of 200 says of most that there is nothing to read.
 * The field is believed for one connection at a time, once the history of a few devices agreed with it and none did not.
 */
export class Activity {
  readonly #options: ActivityOptions;
  #latest: ReadonlyMap<string, string> = new Map();
  #proofs = 0;
  #isDisproved = false;

  constructor(options: ActivityOptions) {
    this.#options = options;
  }

  /** Reads the list, if that is worth it for so many devices; without it none is quiet. Never throws. */
  async read(deviceCount: number, signal: AbortSignal): Promise<void> {
    this.#latest = new Map();
    this.#proofs = 0;
    this.#isDisproved = false;
    if (deviceCount < worthFrom) return;
    const { rest, log } = this.#options;
    try {
      const organizationId = await organizationOfKey(rest, signal);
      const maxPages = Math.ceil(deviceCount / sparedPerPage);
      const devices = await listDevices(rest, { organizationId, maxPages }, signal);
      const latest = new Map<string, string>();
      for (const { id, uplinkMetrics } of devices) {
        const time = canonicalTimestamp(uplinkMetrics?.timestamp ?? "");
        if (time !== undefined) latest.set(id, time);
      }
      this.#latest = latest;
    } catch (error) {
      log.debug({ cause: messageOf(error) }, "The list of devices cannot be read; each device's history is.");
    }
  }

  /** The history of a device was read, and `newest` is its latest timestamp. */
  prove(device: string, newest: string): void {
    const listed = this.#latest.get(device);
    if (listed === undefined || newest === "") return;
    // The list is the older of the two, but what came since then comes over the socket.
    if (listed >= newest) this.#proofs += 1;
    else this.#isDisproved = true;
  }

  /** True when the device has sent nothing after `time`, as far as the list can be believed. */
  isQuiet(device: string, time: string): boolean {
    const listed = this.#latest.get(device);
    return listed !== undefined && !this.#isDisproved && this.#proofs >= proofsNeeded && listed <= time;
  }
}
