import type { Store } from "../ports/store.ts";
import type { Tick } from "./contracts.ts";

/** Whose turn it is among the ticks of a schedule that do not overlap. */
export interface Turns {
  /**
   * Gives the turn to a tick that is in the ledger. False while the one that has it has not ended. Nobody gives a turn
   * back: it is over when the ledger says that its tick has ended, so that a killed engine cannot keep it.
   */
  take(tick: Tick): Promise<boolean>;
  remove(pipelines: readonly string[]): Promise<void>;
}

/** `hasEnded` says of a tick by its id whether it has an end, or is not known any more. */
export function createTurns(store: Store, hasEnded: (id: string, pipeline: string) => Promise<boolean>): Turns {
  const turns = store.collection<{ readonly tick: string }>({ name: "schedule-turns", indexes: [] });
  return {
    async take({ id, pipeline, plannedAt }) {
      const row = { key: pipeline, at: plannedAt, fields: {}, value: { tick: id } };
      const held = await turns.get(pipeline);
      if (held === undefined) return (await turns.insert([row]))[0] === true;
      if (held.value.tick === id) return true;
      return (await hasEnded(held.value.tick, pipeline)) && (await turns.replace(pipeline, held.version, row));
    },
    async remove(pipelines) {
      await turns.remove(pipelines);
    },
  };
}
