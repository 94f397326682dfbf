import { counter, histogram, type Metric } from "./definition.ts";

/** Ticks and commands of this engine. What all engines of a store did is in its ledgers. */
export const ledgerMetrics: readonly Metric[] = [
  counter({
    name: "signalbox_ticks_total",
    help: "Ticks that ended on this engine, or that it skipped or found missed, by how they were in time and how they ended.",
    labels: ["pipeline", "timing", "outcome"],
    read: ({ ticks }) => ticks.ended().map(({ facts, count }) => ({ labels: facts, value: count })),
  }),
  histogram({
    name: "signalbox_tick_lateness_seconds",
    help: "How long after they were due planned ticks began; those that were caught up are left out.",
    labels: ["pipeline"],
    read: ({ ticks }) => ticks.lateness().map(([pipeline, value]) => ({ labels: { pipeline }, value })),
  }),
  counter({
    name: "signalbox_commands_total",
    help: "Commands that entered a state on this engine; one that is tried again enters `sent` again.",
    labels: ["pipeline", "state"],
    read: ({ commands }) => commands.entered().map(({ facts, count }) => ({ labels: facts, value: count })),
  }),
  counter({
    name: "signalbox_clock_jumps_total",
    help: "How often the machine's clock was set, forward or back.",
    labels: ["direction"],
    read: ({ jumps: { forward, back } }) =>
      Object.entries({ forward, back }).map(([direction, value]) => ({ labels: { direction }, value })),
  }),
];
