import { approach, createBattery, createStopwatch, daylight, occupants, round, wobble } from "./curves.ts";
import type { BehaviourContext, DeviceModel } from "./model.ts";

const MINUTE_MS = 60_000;

/** Room air: people warm it, breathe CO2 into it and switch on the light. */
export const climate: DeviceModel = {
  name: "climate",
  title: "Room air",
  deviceType: "elsys/ers-co2",
  connectivity: "LORA",
  tag: "Climate",
  isIndoor: true,
  create({ seed, index, random }: BehaviourContext) {
    const battery = createBattery(random, { full: 3.65, empty: 3.1 });
    const elapsed = createStopwatch();
    let co2: number | undefined;
    let temperature = 20.5 + wobble(random, 1);
    return {
      uplink(at) {
        const people = occupants(seed, index, at);
        const elapsedMs = elapsed(at);
        const staleAir = 430 + people * 160;
        co2 = approach(co2 ?? staleAir, staleAir, { elapsedMs, inertiaMs: 25 * MINUTE_MS });
        temperature = approach(temperature, 20 + people * 0.45, { elapsedMs, inertiaMs: 60 * MINUTE_MS });
        const light = daylight(at) + (people > 0 ? 250 : 0);
        const data = {
          temperature: round(temperature + wobble(random, 0.2), 1),
          humidity: round(38 + people * 1.5 + wobble(random, 2)),
          light: round(Math.max(0, light + wobble(random, 10))),
          co2: round(co2 + wobble(random, 12)),
        };
        return [
          { topic: "default", data },
          { topic: "lifecycle", data: battery() },
        ];
      },
    };
  },
};
