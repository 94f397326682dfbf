import { climate } from "./climate.ts";
import { door } from "./door.ts";
import { meter } from "./meter.ts";
import type { DeviceModel } from "./model.ts";
import { occupancy } from "./occupancy.ts";
import { plug } from "./plug.ts";
import { tracker } from "./tracker.ts";
import { valve } from "./valve.ts";
import { weather } from "./weather.ts";

/** Every model a fleet can be made of. */
export const DEVICE_MODELS: readonly DeviceModel[] = [climate, occupancy, door, meter, tracker, valve, plug, weather];

/** Devices wanted of each model. */
export interface FleetSpec {
  readonly climate?: number;
  readonly occupancy?: number;
  readonly door?: number;
  readonly meter?: number;
  readonly tracker?: number;
  readonly valve?: number;
  readonly plug?: number;
  readonly weather?: number;
}

/** A small mixed building: twenty devices. */
export const DEFAULT_FLEET = {
  climate: 5,
  occupancy: 3,
  door: 2,
  meter: 2,
  tracker: 2,
  valve: 3,
  plug: 2,
  weather: 1,
} as const satisfies FleetSpec;
