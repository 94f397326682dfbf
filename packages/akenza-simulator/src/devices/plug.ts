import { createStopwatch, officeShare, round, wobble } from "./curves.ts";
import type { BehaviourContext, DeviceModel } from "./model.ts";

/** A smart plug over MQTT: takes `{ "on": true }` on any topic and reports what it draws. */
export const plug: DeviceModel = {
  name: "plug",
  title: "Smart plug",
  deviceType: "generic/smart-plug",
  connectivity: "MQTT",
  tag: "Plugs",
  isIndoor: true,
  create({ random }: BehaviourContext) {
    const elapsed = createStopwatch();
    let on = true;
    let energy = random() * 500;
    return {
      uplink(at) {
        const power = on ? Math.max(1, 8 + 60 * officeShare(at) + wobble(random, 6)) : 0;
        energy += (power * elapsed(at)) / 3_600_000_000;
        const voltage = 230 + wobble(random, 2);
        const data = {
          on,
          power: round(power, 1),
          voltage: round(voltage, 1),
          current: round((power / voltage) * 1000),
          energy: round(energy, 4),
        };
        return [
          { topic: "default", data },
          {
            topic: "lifecycle",
            data: { rssi: round(-60 + wobble(random, 8)), uptimeS: Math.floor(at / 1000) % 864_000 },
          },
        ];
      },
      command(command) {
        if (command.kind !== "mqtt" || typeof command.payload["on"] !== "boolean") return false;
        on = command.payload["on"];
        return true;
      },
    };
  },
};
