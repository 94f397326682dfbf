import { randomUUID } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { Collection, Store } from "../../ports/store.ts";

export interface OwnersOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly pipeline: string;
}

/** Silence after which an owner is dead: more than what a busy loop or a slow store could cause. */
const deadAfterMs = 15_000;

/** Who lives, and who is there but silent for too long. */
export interface Owners {
  readonly alive: ReadonlySet<string>;
  readonly dead: readonly string[];
}

/** The latest beat that was seen of an owner, and when that was, by the clock that never steps back. */
interface Beat {
  readonly version: number;
  readonly at: number;
}

/** A running webhook among those of its pipeline, which know each other by their beats in the store. */
export class WebhookOwner {
  readonly id = randomUUID();
  readonly #options: OwnersOptions;
  readonly #rows: Collection<null>;
  #beats = new Map<string, Beat>();

  constructor(options: OwnersOptions) {
    this.#options = options;
    this.#rows = webhookOwners(options.store);
  }

  /** Says that this owner lives. */
  beat(): Promise<void> {
    const { clock, pipeline } = this.#options;
    return this.#rows.put([{ key: this.id, at: clock.now(), fields: { pipeline }, value: null }]);
  }

  /** Says that this owner is no more. */
  async leave(): Promise<void> {
    await this.#rows.remove([this.id]);
  }

  /**
   * Reads the beats. The wall clock only says how old a beat is that is seen for the first time; from then on an owner
   * lives by its next beat, whatever happens to the clock.
   */
  async look(): Promise<Owners> {
    const { clock, pipeline } = this.#options;
    const now = clock.monotonic();
    const beats = new Map<string, Beat>();
    for (const { key, version, at } of await this.#rows.query({ where: { pipeline }, limit: 1_000 })) {
      const known = this.#beats.get(key);
      if (known === undefined) beats.set(key, { version, at: now - Math.max(0, clock.now() - at) });
      else beats.set(key, known.version === version ? known : { version, at: now });
    }
    this.#beats = beats;
    const alive = new Set<string>([this.id]);
    for (const [id, { at }] of beats) if (now - at < deadAfterMs) alive.add(id);
    return { alive, dead: [...beats.keys()].filter((id) => !alive.has(id)) };
  }

  /** Forgets the dead, once nothing of theirs is left. One who was only slow comes back with its next beat. */
  async bury(dead: readonly string[]): Promise<void> {
    if (dead.length > 0) await this.#rows.remove(dead);
  }
}

/** One row per running webhook, by its pipeline; `at` and version change with each beat. */
export function webhookOwners(store: Store): Collection<null> {
  return store.collection({ name: "webhook-owners", indexes: ["pipeline"] });
}
