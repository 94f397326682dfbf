// Which devices a subscribed tag has. akenza's samples do not say which subscription they came for, so a tag is matched
// through its members, read over REST (docs/decisions/0007-akenza-tags-by-members.md). The socket is not touched here.
import { setMaxListeners } from "node:events";
import { backoffDelayMs, type Clock, type Logger, messageOf, type Timer, toSignalboxError } from "@signalbox/core";
import type { Complaints, Counters } from "../counters.ts";
import type { RestClient } from "../rest/client.ts";
import { listDevices, readDevice, workspaceOfTag } from "../rest/inventory.ts";
import type { Sample } from "../socket/frames.ts";
import type { RouteIndex } from "./route-index.ts";

/** How often the members of a tag are read again. A new member's first sample is asked about at once. */
export const rereadEveryMs = 5 * 60_000;
/** Samples of unknown devices that wait for the answer, over all devices. */
const maxHeld = 1_000;
/** Devices remembered as belonging to no subscribed tag. */
const maxForeign = 10_000;

export interface TagMembersOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly rest: RestClient;
  readonly index: RouteIndex;
  readonly counters: Counters;
  readonly complaints: Complaints;
  /** Whether samples of the device come for another reason than a pipeline's. */
  isWatched(device: string): boolean;
  /** Routes a sample again, now that its device is known. */
  route(sample: Sample): void;
}

interface WantedTag {
  count: number;
  timer?: Timer;
  /** Tries in a row that failed. */
  failures: number;
}

/** Until its members are known, what a tag missed cannot be read from history: a passing trouble is tried again soon. */
const backoff = { backoffMs: 1_000, maxBackoffMs: rereadEveryMs };

export class TagMembers {
  readonly #options: TagMembersOptions;
  readonly #tags = new Map<string, WantedTag>();
  readonly #reading = new Set<Promise<void>>();
  readonly #held = new Map<string, Sample[]>();
  readonly #foreign = new Set<string>();
  readonly #end = new AbortController();
  #heldCount = 0;

  constructor(options: TagMembersOptions) {
    this.#options = options;
    // Every look-up that waits for its turn listens to it; there may be hundreds.
    setMaxListeners(0, this.#end.signal);
  }

  /** Tags whose members could not be read at the last try. */
  get unreadable(): readonly string[] {
    return [...this.#tags].filter(([, tag]) => tag.failures > 0).map(([id]) => id);
  }

  want(id: string): void {
    const known = this.#tags.get(id);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    const tag: WantedTag = { count: 1, failures: 0 };
    this.#tags.set(id, tag);
    this.#foreign.clear();
    const reading = this.#read(id, tag).finally(() => this.#reading.delete(reading));
    this.#reading.add(reading);
  }

  unwant(id: string): void {
    const tag = this.#tags.get(id);
    if (tag === undefined) return;
    tag.count -= 1;
    if (tag.count > 0) return;
    tag.timer?.cancel();
    this.#tags.delete(id);
  }

  /** Resolves when every tag has been tried to read once. */
  async settled(): Promise<void> {
    await Promise.all(this.#reading);
  }

  /** A sample of a device that is in no route: whose it is, is asked of akenza while the sample waits. */
  unknownDevice(sample: Sample): void {
    const isAsked = this.#tags.size > 0 && !this.#foreign.has(sample.device) && this.#heldCount < maxHeld;
    if (!isAsked) return this.#unrouted(sample);
    this.#heldCount += 1;
    const held = this.#held.get(sample.device);
    if (held !== undefined) return void held.push(sample);
    this.#held.set(sample.device, [sample]);
    void this.#lookUp(sample.device);
  }

  close(): void {
    this.#end.abort();
    for (const tag of this.#tags.values()) tag.timer?.cancel();
    this.#tags.clear();
  }

  async #read(id: string, tag: WantedTag): Promise<void> {
    const { rest, index, log } = this.#options;
    try {
      const workspaceId = await workspaceOfTag(rest, id, this.#end.signal);
      const devices = await listDevices(rest, { workspaceId, tag: id }, this.#end.signal);
      if (this.#tags.get(id) !== tag) return;
      index.setMembers(
        id,
        devices.map((device) => device.id),
      );
      this.#foreign.clear();
      if (tag.failures > 0) log.info({ tag: id, devices: devices.length }, "The devices of a tag can be read again.");
      tag.failures = 0;
      this.#readAgain(id, tag, rereadEveryMs);
    } catch (error) {
      if (this.#tags.get(id) !== tag || this.#end.signal.aborted) return;
      const problem = toSignalboxError(error, "AKENZA_UNREACHABLE", { isRetryable: true });
      if (tag.failures === 0) {
        log.warn(
          { code: "AKENZA_TAG_UNREADABLE", tag: id, problem: problem.message },
          "The devices of a tag cannot be read; the last known ones stay.",
        );
      }
      tag.failures += 1;
      const canPass = problem.isRetryable && problem.code !== "AKENZA_AUTH_REFUSED";
      const delayMs = backoffDelayMs(tag.failures, backoff, Math.random(), problem.retryAfterMs);
      this.#readAgain(id, tag, canPass ? delayMs : rereadEveryMs);
    }
  }

  #readAgain(id: string, tag: WantedTag, delayMs: number): void {
    tag.timer = this.#options.clock.setTimer(() => void this.#read(id, tag), delayMs);
  }

  async #lookUp(device: string): Promise<void> {
    const isKnown = await this.#ask(device);
    const samples = this.#held.get(device) ?? [];
    this.#held.delete(device);
    this.#heldCount -= samples.length;
    if (!isKnown) this.#isForeign(device);
    for (const sample of samples) {
      if (isKnown) this.#options.route(sample);
      else this.#unrouted(sample);
    }
  }

  #unrouted({ device }: Sample): void {
    if (!this.#options.isWatched(device)) this.#options.counters.counts.unrouted += 1;
  }

  /** Makes the device a member of its subscribed tags; false when it has none, or that cannot be known. */
  async #ask(device: string): Promise<boolean> {
    const { rest, index, complaints } = this.#options;
    let tags: readonly string[];
    try {
      const { tags: list } = await readDevice(rest, device, this.#end.signal);
      tags = (list ?? []).map((tag) => tag.id).filter((id) => this.#tags.has(id));
    } catch (error) {
      tags = this.#onlyTag();
      complaints.warn(
        "tag look-up",
        { code: "AKENZA_TAG_UNREADABLE", device, problem: messageOf(error), isDelivered: tags.length > 0 },
        tags.length > 0
          ? "A device of a tag could not be looked up; its samples go to the one tag that is subscribed."
          : "A device could not be looked up, and several tags are subscribed: its samples are left out.",
      );
    }
    for (const id of tags) index.addMember(id, device);
    return tags.length > 0;
  }

  /** With one tag subscribed, a sample that no asset subscription explains can only be its. */
  #onlyTag(): readonly string[] {
    return this.#tags.size === 1 ? [...this.#tags.keys()] : [];
  }

  #isForeign(device: string): void {
    if (this.#foreign.size >= maxForeign) this.#foreign.clear();
    this.#foreign.add(device);
  }
}
