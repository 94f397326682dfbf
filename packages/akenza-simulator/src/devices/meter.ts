import { createStopwatch, officeShare, outdoorTemperature, round, wobble } from "./curves.ts";
import type { BehaviourContext, DeviceModel } from "./model.ts";

const HOUR_MS = 3_600_000;

/** A heat meter: its counters only ever grow, faster when it is cold outside. */
export const meter: DeviceModel = {
  name: "meter",
  title: "Heat meter",
  deviceType: "landisgyr/T550",
  connectivity: "LORA",
  tag: "Metering",
  isIndoor: true,
  create({ random }: BehaviourContext) {
    const elapsed = createStopwatch();
    const serialID = 60_000_000 + Math.floor(random() * 9_999_999);
    let energy = 100_000 + random() * 900_000;
    let volume = energy / 35;
    return {
      uplink(at) {
        const demand = Math.max(0, 20 - outdoorTemperature(at)) * (0.5 + 0.5 * officeShare(at));
        const power = Math.max(0, demand * 2.2 + wobble(random, 1));
        const flowTemp = 40 + demand * 1.5 + wobble(random, 0.5);
        const backFlowTemp = flowTemp - 10 - demand * 0.4;
        const flow = (power * 0.86) / (flowTemp - backFlowTemp);
        const hours = elapsed(at) / HOUR_MS;
        energy += power * hours;
        volume += flow * hours;
        const data = {
          energyUnit: "KWH",
          energy: round(energy, 1),
          volume: round(volume, 2),
          power: round(power, 1),
          flow: round(flow, 2),
          flowTemp: round(flowTemp, 1),
          backFlowTemp: round(backFlowTemp, 1),
        };
        return [
          { topic: "default", data },
          { topic: "lifecycle", data: { header: "STANDARD", serialID, errFlags: "000000" } },
        ];
      },
    };
  },
};
