import { createBattery, createStopwatch, hourOfDay, round, wobble } from "./curves.ts";
import type { BehaviourContext, DeviceModel } from "./model.ts";

const YARD = { latitude: 47.3902, longitude: 8.5151 };
const KM_PER_DEGREE = 111.2;

/** A GPS tracker on a van: in the yard at night, on the road by day, home again at six. */
export const tracker: DeviceModel = {
  name: "tracker",
  title: "Van",
  deviceType: "digitalMatter/oyster3",
  connectivity: "LORA",
  tag: "Vehicles",
  isIndoor: false,
  create({ random }: BehaviourContext) {
    const battery = createBattery(random, { full: 5.6, empty: 4.2 });
    const elapsed = createStopwatch();
    let { latitude, longitude } = YARD;
    let heading = random() * 360;
    return {
      uplink(at) {
        const hour = hourOfDay(at);
        const hours = Math.min(elapsed(at) / 3_600_000, 0.25);
        const isWorking = hour >= 7 && hour < 18;
        const speed = isWorking && random() < 0.7 ? 15 + random() * 60 : 0;
        heading = (heading + wobble(random, 60) + 360) % 360;
        const radians = (heading * Math.PI) / 180;
        const degrees = (speed * hours) / KM_PER_DEGREE;
        latitude = isWorking ? latitude + degrees * Math.cos(radians) : YARD.latitude;
        longitude = isWorking ? longitude + (degrees * Math.sin(radians)) / 0.68 : YARD.longitude;
        const data = {
          inTrip: speed > 0,
          fixFailed: false,
          latitude: round(latitude, 6),
          longitude: round(longitude, 6),
          headingDeg: round(heading),
          speedKmph: round(speed),
        };
        return [
          { topic: "position", data },
          { topic: "lifecycle", data: battery() },
        ];
      },
    };
  },
};
