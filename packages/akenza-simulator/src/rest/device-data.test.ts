import { expect, test } from "vitest";
import type { Simulator } from "../contract.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { call, startSimulator } from "../testing/start.ts";

const ID = "0200000000000000";
const DEVICE = { id: ID, name: "A sensor" };

async function withMinutes(minutes: number): Promise<Simulator> {
  const simulator = await startSimulator({ fleet: {}, devices: [DEVICE] });
  for (let minute = 0; minute < minutes; minute++) {
    const timestamp = `2022-06-30T00:${String(minute).padStart(2, "0")}:00.000Z`;
    simulator.emit({ deviceId: ID, timestamp, data: { minute } });
    simulator.emit({ deviceId: ID, topic: "motion", timestamp, data: { minute, motion: true } });
  }
  return simulator;
}

const minutesOf = (body: { data: { minute: number } }[]) => body.map(({ data }) => data.minute);

test("a sample has the fields and the time form of akenza's own", async () => {
  const clock = new ManualClock("2022-01-16T19:12:00.326Z");
  const sample = {
    deviceId: ID,
    timestamp: "2022-01-16T19:11:59.858Z",
    data: { temperature: 18.4, humidity: 46, light: 1, vdd: 3541 },
  };
  const simulator = await startSimulator({ fleet: {}, devices: [DEVICE], clock });
  simulator.emit(sample);
  expect((await call(simulator, `GET /v3/devices/${ID}/query/latest-sample`)).body).toEqual(
    JSON.parse(`{ "timestamp": "2022-01-16T19:11:59.858+00:00", "dateStored": "2022-01-16T19:12:00.326+00:00", "deviceId": "0200000000000000",
  "data": { "temperature": 18.4, "humidity": 46, "light": 1, "vdd": 3541 }, "topic": "default" }`),
  );
  const plain = await startSimulator({ fleet: {}, devices: [DEVICE], clock, restTimes: "Z" });
  plain.emit(sample);
  expect((await call(plain, `GET /v3/devices/${ID}/query`)).body).toMatchObject([{ timestamp: sample.timestamp }]);
});

test("POST query takes the printed body", async () => {
  const simulator = await withMinutes(10);
  const body =
    '{"topic":"*","timestamp":{"gte":"2022-06-30T00:00:00.000Z","lte":"2022-06-30T00:03:00.000Z"},"limit":100,"skip":0}';
  const answer = await call(simulator, `POST /v3/devices/${ID}/query`, { body });
  expect(minutesOf(answer.body)).toEqual([3, 3, 2, 2, 1, 1, 0, 0]);
});

test.each([
  [{}, [4, 3, 2, 1, 0]],
  [{ limit: 2 }, [4, 3]],
  [{ limit: 2, skip: 1 }, [3, 2]],
  [{ skip: 4 }, [0]],
  [{ topic: "motion", limit: 1 }, [4]],
  [{ topic: "none" }, []],
  [{ timestamp: { gte: "2022-06-30T00:02:00Z" } }, [4, 3, 2]],
  [{ timestamp: { gt: "2022-06-30T00:02:00.000000000Z" } }, [4, 3]],
  [{ timestamp: { lte: "2022-06-30T00:01:00+00:00" } }, [1, 0]],
  [{ timestamp: { lt: "2022-06-30T02:01:00+02:00" } }, [0]],
  [{ timestamp: { gt: "2022-06-30T00:01:00Z", lt: "2022-06-30T00:04:00Z" }, limit: 1, skip: 1 }, [2]],
])("POST query %j", async (body, minutes) => {
  const simulator = await withMinutes(5);
  const answer = await call(simulator, `POST /v3/devices/${ID}/query`, { body });
  expect(minutesOf(answer.body)).toEqual(minutes);
});

test("GET query takes topic, limit and skip", async () => {
  const simulator = await withMinutes(5);
  const get = async (query: string) => minutesOf((await call(simulator, `GET /v3/devices/${ID}/query?${query}`)).body);
  expect(await get("topic=*&limit=3&skip=1")).toEqual([4, 3, 3]);
  expect(await get("")).toEqual([4, 3, 2, 1, 0]);
});

test.each([
  [{ limit: 0 }, "limit must be a whole number from 1 on"],
  [{ limit: "10" }, "limit must be a whole number from 1 on"],
  [{ skip: -1 }, "skip must be a whole number from 0 on"],
  [{ topic: 7 }, "topic must be a text"],
  [{ timestamp: "2022" }, "timestamp must be an object of gte, lte, gt, lt"],
  [{ timestamp: { gte: "yesterday" } }, "timestamp.gte must be an ISO 8601 time with a zone"],
  [[], "The body must be a JSON object"],
])("POST query refuses %j", async (body, message) => {
  const simulator = await withMinutes(1);
  const answer = await call(simulator, `POST /v3/devices/${ID}/query`, { body });
  expect(answer.body).toMatchObject({ status: 400, message });
});

test("topics and the latest sample, before and after there is one", async () => {
  const empty = await withMinutes(0);
  expect((await call(empty, `GET /v3/devices/${ID}/query/topics`)).body).toEqual([]);
  expect((await call(empty, `GET /v3/devices/${ID}/query/latest-sample`)).status).toBe(404);
  const simulator = await withMinutes(3);
  expect((await call(simulator, `GET /v3/devices/${ID}/query/topics`)).body).toEqual(["default", "motion"]);
  expect((await call(simulator, `GET /v3/devices/${ID}/query/latest-sample`)).body.data).toMatchObject({ minute: 2 });
  expect((await call(simulator, "GET /v3/devices/02ffffffffffffff/query/topics")).status).toBe(404);
});
