import { Building } from "./building.ts";
import { systemClock } from "./clock.ts";
import { DEFAULT_FLEET } from "./devices/catalogue.ts";
import { Fleet } from "./fleet.ts";
import type { Sample } from "./sample.ts";
import { Stamps } from "./timestamps.ts";

/** The 100 samples of samples/building.ndjson: a morning of the default fleet with seed 1, an uplink every ten minutes. */
export function recordBuilding(): readonly Sample[] {
  const timeline = { startAtMs: Date.parse("2026-03-02T06:00:00Z"), stepMs: 10 * 60_000, daySpeed: 1 };
  const building = new Building(1, DEFAULT_FLEET);
  const fleet = new Fleet({ building, clock: systemClock, stamps: new Stamps(), timeline });
  return Array.from({ length: 100 }, () => fleet.next());
}
