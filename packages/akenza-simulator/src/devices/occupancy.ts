import { createBattery, occupants, round, wobble } from "./curves.ts";
import type { BehaviourContext, DeviceModel } from "./model.ts";

/** A sensor under a desk: is somebody there, and since when. */
export const occupancy: DeviceModel = {
  name: "occupancy",
  title: "Desk",
  deviceType: "elsys/ers-desk",
  connectivity: "LORA",
  tag: "Occupancy",
  isIndoor: true,
  create({ seed, index, random }: BehaviourContext) {
    const battery = createBattery(random, { full: 3.65, empty: 3.1 });
    let since: number | undefined;
    let lastSeen: number | undefined;
    return {
      uplink(at) {
        const isTaken = occupants(seed, index, at) >= 2;
        since = isTaken ? (since ?? at) : undefined;
        if (isTaken) lastSeen = at;
        const data = {
          motion: isTaken ? 1 + Math.floor(random() * 20) : 0,
          occupancy: isTaken ? 1 : 0,
          occupied: isTaken,
          occupancyStatus: isTaken ? "OCCUPIED" : "FREE",
          occupiedMinutes: since === undefined ? 0 : Math.floor((at - since) / 60_000),
          minutesSinceLastOccupied: lastSeen === undefined ? null : Math.floor((at - lastSeen) / 60_000),
        };
        return [
          { topic: "occupancy", data },
          { topic: "default", data: { temperature: round(21 + wobble(random, 0.6), 1) } },
          { topic: "lifecycle", data: battery() },
        ];
      },
    };
  },
};
