import type { EntryLog, RequestEntry, Simulator } from "@signalbox/akenza-simulator";

/** A sample as akenza sends it and a pipeline that does not touch it forwards it. */
export interface Sample {
  readonly deviceId: string;
  readonly topic: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The samples the simulator put on its sockets, in order. */
export function samplesSent({ sent }: Simulator): readonly Sample[] {
  const frames = sent.entries.filter(({ type }) => type === "sample_insert");
  return frames.map(({ text }) => (JSON.parse(text) as { sample: Sample }).sample);
}

/** The samples that a receiver accepted, in order. */
export function samplesAccepted({ entries }: EntryLog<RequestEntry>): readonly Sample[] {
  return entries.filter(({ status }) => status === 204).map(({ body }) => body as Sample);
}

/** What each key got, in order: equal groups are equal messages, each as often, in the order their devices sent them. */
export function byKey<T>(items: readonly T[], keyOf: (item: T) => string): Readonly<Record<string, readonly T[]>> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return Object.fromEntries(groups);
}

/** Resolves once the one client of the simulator is subscribed to exactly these devices. */
export function subscribedTo(simulator: Simulator, ids: readonly string[]): Promise<void> {
  const wanted = new Set<string | null>(ids);
  return simulator.until(() => {
    const live = simulator.subscriptions().flatMap(({ subscriptions }) => subscriptions);
    const found = new Set(live.map(({ assetId }) => assetId));
    return found.size === wanted.size && [...found].every((id) => wanted.has(id));
  });
}
