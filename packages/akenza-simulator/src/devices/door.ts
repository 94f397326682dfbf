import { createBattery, occupants, officeShare, round, wobble } from "./curves.ts";
import type { BehaviourContext, DeviceModel } from "./model.ts";

/** A magnet switch on a door: opened more often the more people are about. */
export const door: DeviceModel = {
  name: "door",
  title: "Door",
  deviceType: "milesight/EM300-MCS",
  connectivity: "LORA",
  tag: "Doors",
  isIndoor: true,
  create({ seed, index, random }: BehaviourContext) {
    const battery = createBattery(random, { full: 3.6, empty: 3 });
    return {
      uplink(at) {
        const traffic = officeShare(at) * 0.4 + (occupants(seed, index, at) > 0 ? 0.1 : 0);
        const data = {
          temperature: round(19 + wobble(random, 0.8), 1),
          humidity: round(42 + wobble(random, 3), 1),
          open: random() < traffic,
        };
        return [
          { topic: "default", data },
          { topic: "lifecycle", data: { batteryLevel: battery().batteryLevel } },
        ];
      },
    };
  },
};
