import { approach, createStopwatch, hourOfDay, outdoorTemperature, round, wobble } from "./curves.ts";
import type { BehaviourContext, DeviceModel } from "./model.ts";

/** A weather station that pushes over HTTP and, as every HTTP device, cannot be sent anything. */
export const weather: DeviceModel = {
  name: "weather",
  title: "Weather station",
  deviceType: "generic/weather-station",
  connectivity: "HTTP",
  tag: "Weather",
  isIndoor: false,
  create({ random }: BehaviourContext) {
    const elapsed = createStopwatch();
    let pressure = 1005 + wobble(random, 10);
    let wind = 8;
    return {
      uplink(at) {
        const elapsedMs = elapsed(at);
        pressure = approach(pressure + wobble(random, 0.3), 1008, { elapsedMs, inertiaMs: 86_400_000 });
        wind = Math.max(0, approach(wind + wobble(random, 2), 9, { elapsedMs, inertiaMs: 7_200_000 }));
        const temperature = outdoorTemperature(at) + wobble(random, 0.4);
        const data = {
          temperature: round(temperature, 1),
          humidity: round(Math.min(100, Math.max(20, 88 - temperature * 1.5 + wobble(random, 4)))),
          pressure: round(pressure, 1),
          windSpeedKmph: round(wind, 1),
          rainMm: random() < 0.1 ? round(random() * 3, 1) : 0,
          isDay: hourOfDay(at) > 6 && hourOfDay(at) < 20,
        };
        return [{ topic: "default", data }];
      },
    };
  },
};
