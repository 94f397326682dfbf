import type { SimulatedDevice } from "../building.ts";
import type { WantedSubscription } from "./client-message.ts";
import type { Connection } from "./connection.ts";

/** Two subscriptions are the same when they name the same thing and topic. */
export function subscriptionKey({ assetId, tagId, topic }: WantedSubscription): string {
  return assetId === null ? `tag ${tagId} ${topic}` : `asset ${assetId} ${topic}`;
}

/** Finds the connections a sample goes to, without looking at the others. */
export class SubscriptionIndex {
  readonly #oncePerConnection: boolean;
  readonly #subscribers = new Map<string, Set<Connection>>();
  /** Per device and topic, worked out when first asked for and forgotten at any change. */
  #routes = new Map<string, Map<string, readonly Connection[]>>();

  constructor(oncePerConnection: boolean) {
    this.#oncePerConnection = oncePerConnection;
  }

  /** Distinct subscriptions over all connections. */
  get size(): number {
    return this.#subscribers.size;
  }

  add(connection: Connection, wanted: WantedSubscription): void {
    const key = subscriptionKey(wanted);
    connection.subscriptions.set(key, wanted);
    const subscribers = this.#subscribers.get(key) ?? new Set();
    this.#subscribers.set(key, subscribers.add(connection));
    this.#routes = new Map();
  }

  /** False when the connection had no such subscription. */
  remove(connection: Connection, wanted: WantedSubscription): boolean {
    const key = subscriptionKey(wanted);
    const existed = connection.subscriptions.delete(key);
    this.#forget(key, connection);
    return existed;
  }

  removeAll(connection: Connection): void {
    for (const key of connection.subscriptions.keys()) this.#forget(key, connection);
    connection.subscriptions.clear();
  }

  /** Each connection once, or once for each subscription that matches. */
  route(device: SimulatedDevice, topic: string): readonly Connection[] {
    let topics = this.#routes.get(device.id);
    if (!topics) {
      topics = new Map();
      this.#routes.set(device.id, topics);
    }
    let connections = topics.get(topic);
    if (!connections) {
      connections = this.#find(device, topic);
      topics.set(topic, connections);
    }
    return connections;
  }

  #find(device: SimulatedDevice, topic: string): readonly Connection[] {
    const found: Connection[] = [];
    const names = [`asset ${device.id}`, ...device.tags.map(({ id }) => `tag ${id}`)];
    for (const name of names) {
      // One name with both its topic and all topics is one interest, not two.
      const both = new Set([
        ...(this.#subscribers.get(`${name} ${topic}`) ?? []),
        ...(this.#subscribers.get(`${name} *`) ?? []),
      ]);
      found.push(...both);
    }
    return this.#oncePerConnection ? [...new Set(found)] : found;
  }

  #forget(key: string, connection: Connection): void {
    const subscribers = this.#subscribers.get(key);
    if (!subscribers?.delete(connection)) return;
    if (subscribers.size === 0) this.#subscribers.delete(key);
    this.#routes = new Map();
  }
}
