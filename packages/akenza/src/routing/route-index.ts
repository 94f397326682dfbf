// Which pipelines get a sample, as one look-up by device and topic, however many pipelines there are.
// Knows nothing of sockets or REST: members of tags are told to it.
import type { Target } from "../socket/frames.ts";
import type { Consumer } from "./consumer.ts";

/** Who wants a device's samples, by topic; a consumer may have several reasons (an asset, two tags). */
class DeviceRoute {
  readonly #reasons = new Map<string, Map<Consumer, number>>();
  /** Per topic that is asked for by name, those plus the ones that want all; under `*` the latter alone. */
  #lists = new Map<string, readonly Consumer[]>();

  get isEmpty(): boolean {
    return this.#reasons.size === 0;
  }

  add(topic: string, consumer: Consumer): void {
    const counts = this.#reasons.get(topic) ?? new Map<Consumer, number>();
    this.#reasons.set(topic, counts);
    counts.set(consumer, (counts.get(consumer) ?? 0) + 1);
    this.#lists.clear();
  }

  remove(topic: string, consumer: Consumer): void {
    const counts = this.#reasons.get(topic);
    const count = counts?.get(consumer);
    if (counts === undefined || count === undefined) return;
    if (count > 1) counts.set(consumer, count - 1);
    else counts.delete(consumer);
    if (counts.size === 0) this.#reasons.delete(topic);
    this.#lists.clear();
  }

  has(consumer: Consumer): boolean {
    for (const counts of this.#reasons.values()) if (counts.has(consumer)) return true;
    return false;
  }

  pipelines(): readonly string[] {
    const all = [...this.#reasons.values()].flatMap((counts) => [...counts.keys()]);
    return [...new Set(all.map(({ pipeline }) => pipeline))];
  }

  consumers(topic: string): readonly Consumer[] {
    const key = this.#reasons.has(topic) ? topic : "*";
    const known = this.#lists.get(key);
    if (known !== undefined) return known;
    const all = new Set([...(this.#reasons.get("*")?.keys() ?? []), ...(this.#reasons.get(key)?.keys() ?? [])]);
    const list = [...all];
    this.#lists.set(key, list);
    return list;
  }
}

interface TagRoute {
  readonly links: { topic: string; consumer: Consumer }[];
  members: Set<string>;
}

const none: readonly Consumer[] = [];

export class RouteIndex {
  readonly #devices = new Map<string, DeviceRoute>();
  readonly #tags = new Map<string, TagRoute>();

  add(target: Target, consumer: Consumer): void {
    if (target.kind === "asset") return this.#link(target.id, target.topic, consumer);
    const tag = this.#tags.get(target.id) ?? { links: [], members: new Set<string>() };
    this.#tags.set(target.id, tag);
    tag.links.push({ topic: target.topic, consumer });
    for (const device of tag.members) this.#link(device, target.topic, consumer);
  }

  remove(target: Target, consumer: Consumer): void {
    if (target.kind === "asset") return this.#unlink(target.id, target.topic, consumer);
    const tag = this.#tags.get(target.id);
    const index = tag?.links.findIndex((each) => each.topic === target.topic && each.consumer === consumer) ?? -1;
    if (tag === undefined || index < 0) return;
    tag.links.splice(index, 1);
    for (const device of tag.members) this.#unlink(device, target.topic, consumer);
    if (tag.links.length === 0) this.#tags.delete(target.id);
  }

  /** The devices of a tag, as last read. A tag nobody asks for is ignored. */
  setMembers(id: string, devices: Iterable<string>): void {
    const tag = this.#tags.get(id);
    if (tag === undefined) return;
    const members = new Set(devices);
    for (const device of tag.members) if (!members.has(device)) this.#relink(tag, device, "remove");
    for (const device of members) if (!tag.members.has(device)) this.#relink(tag, device, "add");
    tag.members = members;
  }

  addMember(id: string, device: string): void {
    const tag = this.#tags.get(id);
    if (tag === undefined || tag.members.has(device)) return;
    tag.members.add(device);
    this.#relink(tag, device, "add");
  }

  /** Undefined for a device that nobody asked for; empty when only other topics of it are wanted. */
  consumersOf(device: string, topic: string): readonly Consumer[] | undefined {
    return this.#devices.get(device)?.consumers(topic);
  }

  /** The pipelines that ask for some topic of a device, by name. */
  pipelinesOf(device: string): readonly string[] {
    return this.#devices.get(device)?.pipelines() ?? [];
  }

  /** Who asks for a tag, whatever its members. */
  consumersOfTag(id: string, topic: string): readonly Consumer[] {
    const tag = this.#tags.get(id);
    if (tag === undefined) return none;
    return [
      ...new Set(tag.links.filter((each) => each.topic === "*" || each.topic === topic).map((each) => each.consumer)),
    ];
  }

  /** The tags that are asked for. */
  tags(): readonly string[] {
    return [...this.#tags.keys()];
  }

  get hasTags(): boolean {
    return this.#tags.size > 0;
  }

  #relink(tag: TagRoute, device: string, change: "add" | "remove"): void {
    for (const { topic, consumer } of tag.links) {
      if (change === "add") this.#link(device, topic, consumer);
      else this.#unlink(device, topic, consumer);
    }
  }

  #link(device: string, topic: string, consumer: Consumer): void {
    const route = this.#devices.get(device) ?? new DeviceRoute();
    this.#devices.set(device, route);
    route.add(topic, consumer);
    consumer.gate?.follow(device);
  }

  #unlink(device: string, topic: string, consumer: Consumer): void {
    const route = this.#devices.get(device);
    if (route === undefined) return;
    route.remove(topic, consumer);
    if (!route.has(consumer)) consumer.gate?.unfollow(device);
    if (route.isEmpty) this.#devices.delete(device);
  }
}
