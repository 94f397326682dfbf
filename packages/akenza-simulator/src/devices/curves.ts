import { hash } from "../random.ts";
import type { Random } from "../random.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SLOT_MS = 10 * 60_000;

/** 0 to 24. The building keeps UTC, so that its day does not depend on where it is simulated. */
export function hourOfDay(at: number): number {
  return (((at % DAY_MS) + DAY_MS) % DAY_MS) / HOUR_MS;
}

/** The share of people in the office at a time of day, 0 to 1. Every day is a working day. */
export function officeShare(at: number): number {
  const hour = hourOfDay(at);
  const arrived = ramp(hour, 7, 9.5);
  const left = ramp(hour, 16, 19);
  const lunch = 0.5 * ramp(hour, 11.5, 12.25) * (1 - ramp(hour, 12.75, 13.5));
  return Math.max(0, arrived - left) * (1 - lunch);
}

/** How many people are in a room; the same answer for every device of that room. */
export function occupants(seed: number, room: number, at: number): number {
  const capacity = 2 + (hash(seed, "capacity", room) % 6);
  const luck = hash(seed, "slot", room, Math.floor(at / SLOT_MS)) / 2 ** 32;
  return Math.round(capacity * officeShare(at) * (0.4 + 0.8 * luck));
}

/** Outdoor air, degrees Celsius: colder before dawn and in winter. */
export function outdoorTemperature(at: number): number {
  const dayOfYear = (at / DAY_MS) % 365.25;
  const season = 10 - 9 * Math.cos(((dayOfYear - 15) / 365.25) * 2 * Math.PI);
  return season - 4 * Math.cos(((hourOfDay(at) - 4) / 24) * 2 * Math.PI);
}

/** Daylight in a room behind a window, lux. */
export function daylight(at: number): number {
  const hour = hourOfDay(at);
  return hour <= 6 || hour >= 20 ? 0 : 400 * Math.sin(((hour - 6) / 14) * Math.PI);
}

/** Noise around zero, -amplitude to amplitude, small values likelier. */
export function wobble(random: Random, amplitude: number): number {
  return (random() + random() - 1) * amplitude;
}

/** Moves a value towards a goal as a warm room does: two thirds of the way in each `inertiaMs`. */
export function approach(value: number, goal: number, pace: { elapsedMs: number; inertiaMs: number }): number {
  return goal + (value - goal) * Math.exp(-Math.max(0, pace.elapsedMs) / pace.inertiaMs);
}

export function round(value: number, digits = 0): number {
  const scale = 10 ** digits;
  // Adding 0 turns the -0 of a small negative value, which JSON cannot hold, into 0.
  return Math.round(value * scale) / scale + 0;
}

/** How long since the last call; 0 at the first. */
export function createStopwatch(): (at: number) => number {
  let last: number | undefined;
  return (at) => {
    const elapsed = last === undefined ? 0 : at - last;
    last = at;
    return elapsed;
  };
}

/** A battery that loses about a tenth of a percent with every uplink, and is then changed. */
export function createBattery(random: Random, volts: { full: number; empty: number }) {
  let level = 70 + random() * 30;
  return () => {
    level = level < 5 ? 100 : level - 0.1 * random();
    return {
      batteryVoltage: round(volts.empty + ((volts.full - volts.empty) * level) / 100, 3),
      batteryLevel: round(level),
    };
  };
}

function ramp(value: number, from: number, to: number): number {
  return Math.min(1, Math.max(0, (value - from) / (to - from)));
}
