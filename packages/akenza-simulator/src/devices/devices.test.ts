import { expect, test } from "vitest";
import { ManualClock } from "../testing/manual-clock.ts";
import { startSimulator } from "../testing/start.ts";
import { DEVICE_MODELS } from "./catalogue.ts";

const DAY = { startAt: "2026-03-02T00:00:00Z", stepMs: 600_000 };

/** One device of a model over a whole day, an uplink every ten minutes: its samples with the hour of each. */
async function dayOf(model: string) {
  const simulator = await startSimulator({ fleet: { [model]: 1 }, ...DAY });
  const samples = simulator.tick(144 * topicsOf(model).length);
  return samples.map((sample) => ({ ...sample, hour: new Date(sample.timestamp).getUTCHours() }));
}

const TOPICS: Readonly<Record<string, readonly string[]>> = {
  climate: ["default", "lifecycle"],
  occupancy: ["occupancy", "default", "lifecycle"],
  door: ["default", "lifecycle"],
  meter: ["default", "lifecycle"],
  tracker: ["position", "lifecycle"],
  valve: ["default", "lifecycle"],
  plug: ["default", "lifecycle"],
  weather: ["default"],
};
const topicsOf = (model: string) => TOPICS[model] ?? [];

async function valuesOf(model: string, topic: string, key: string) {
  const samples = await dayOf(model);
  return samples
    .filter((sample) => sample.topic === topic)
    .map(({ hour, data }) => ({ hour, value: Number(data[key]) }));
}

const mean = (values: readonly { value: number }[]) =>
  values.reduce((sum, { value }) => sum + value, 0) / values.length;
const between = (values: readonly { hour: number; value: number }[], from: number, to: number) =>
  values.filter(({ hour }) => hour >= from && hour < to);

test.each(DEVICE_MODELS.map(({ name }) => name))("%s: the samples of an uplink share its timestamp", async (model) => {
  const topics = topicsOf(model);
  const samples = await dayOf(model);
  for (let index = 0; index < samples.length; index += topics.length) {
    const uplink = samples.slice(index, index + topics.length);
    expect(uplink.map(({ topic }) => topic)).toEqual(topics);
    expect(new Set(uplink.map(({ timestamp }) => timestamp)).size).toBe(1);
  }
  expect(new Set(samples.map(({ timestamp }) => timestamp)).size).toBe(144);
  expect(JSON.parse(JSON.stringify(samples))).toEqual(samples);
});

test("climate: people raise CO2 by day, the night brings it down", async () => {
  const co2 = await valuesOf("climate", "default", "co2");
  expect(mean(between(co2, 10, 16))).toBeGreaterThan(mean(between(co2, 0, 6)) + 200);
  expect(Math.max(...co2.map(({ value }) => value))).toBeGreaterThan(800);
  expect(Math.min(...co2.map(({ value }) => value))).toBeGreaterThan(380);
  const light = await valuesOf("climate", "default", "light");
  expect(mean(between(light, 0, 5))).toBeLessThan(20);
});

test("a room in which the desk is taken has staler air than when it is free", async () => {
  const simulator = await startSimulator({ fleet: { climate: 1, occupancy: 1 }, ...DAY, stepMs: 300_000 });
  const samples = simulator.tick(5 * 144);
  const air = samples.filter(({ data }) => "co2" in data).map(({ data }) => ({ value: Number(data["co2"]) }));
  const taken = samples.filter(({ topic }) => topic === "occupancy").map(({ data }) => data["occupied"]);
  expect(air).toHaveLength(144);
  expect(taken).toHaveLength(144);
  expect(mean(air.filter((_, index) => taken[index]))).toBeGreaterThan(
    mean(air.filter((_, index) => !taken[index])) + 200,
  );
});

test("meter: counters only grow, and grow faster by day", async () => {
  const energy = await valuesOf("meter", "default", "energy");
  expect(energy.map(({ value }) => value)).toEqual(energy.map(({ value }) => value).toSorted((a, b) => a - b));
  const power = await valuesOf("meter", "default", "power");
  expect(mean(between(power, 9, 12))).toBeGreaterThan(mean(between(power, 20, 24)));
});

test("tracker: in the yard by night, on the road by day", async () => {
  const speed = await valuesOf("tracker", "position", "speedKmph");
  expect(Math.max(...between(speed, 0, 7).map(({ value }) => value))).toBe(0);
  expect(mean(between(speed, 7, 18))).toBeGreaterThan(10);
  const latitude = await valuesOf("tracker", "position", "latitude");
  expect(new Set(between(latitude, 18, 24).map(({ value }) => value))).toEqual(new Set([47.3902]));
  expect(new Set(latitude.map(({ value }) => value)).size).toBeGreaterThan(30);
});

test("door: opened by day, not by night", async () => {
  const samples = await dayOf("door");
  const openings = samples.filter(({ data }) => data["open"] === true).map(({ hour }) => hour);
  expect(openings.length).toBeGreaterThan(10);
  expect(openings.every((hour) => hour >= 7 && hour < 19)).toBe(true);
});

test("weather: colder before dawn than after noon, within sense", async () => {
  const temperature = await valuesOf("weather", "default", "temperature");
  expect(mean(between(temperature, 13, 18))).toBeGreaterThan(mean(between(temperature, 2, 6)) + 4);
  const humidity = await valuesOf("weather", "default", "humidity");
  expect(humidity.every(({ value }) => value >= 20 && value <= 100)).toBe(true);
});

test("the day can run faster than the clock while timestamps stay true", async () => {
  const clock = new ManualClock("2026-03-02T00:00:00Z");
  const simulator = await startSimulator({ fleet: { plug: 1 }, clock, daySpeed: 144 });
  const night = simulator.tick(2)[0];
  clock.advance(5 * 60_000);
  const noon = simulator.tick(2)[0];
  expect([night?.timestamp, noon?.timestamp]).toEqual(["2026-03-02T00:00:00.000Z", "2026-03-02T00:05:00.000Z"]);
  expect(Number(noon?.data["power"])).toBeGreaterThan(Number(night?.data["power"]) + 10);
});
