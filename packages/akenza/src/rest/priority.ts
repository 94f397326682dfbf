/** Who goes first when requests wait: commands before back-fill before inventory (delivery.md, rule 13). */
export type Priority = "command" | "backfill" | "inventory";

/** First to last. */
export const priorities: readonly Priority[] = ["command", "backfill", "inventory"];

/** How many requests of each kind wait. */
export type Demand = Readonly<Record<Priority, number>>;

export const noDemand: Demand = { command: 0, backfill: 0, inventory: 0 };

export function totalOf(demand: Demand): number {
  return priorities.reduce((sum, each) => sum + demand[each], 0);
}
