import { createManualClock } from "@signalbox/core/testing";
import { expect, test } from "vitest";
import { captureIo } from "../testing/captured-io.ts";
import { awaitStop } from "./stop-request.ts";

test("the first signal asks, its echo is not a second one, and a later one ends the process at once", async () => {
  const clock = createManualClock();
  const io = captureIo({ cwd: "/" });
  const stop = awaitStop(io, clock);
  io.signal("SIGINT");
  expect(await stop.asked).toBe("SIGINT");
  io.signal("SIGINT");
  expect(io.exits).toEqual([]);
  clock.advance(1_000);
  io.signal("SIGINT");
  io.signal("SIGTERM");
  expect(io.exits).toEqual([130, 143]);
  stop.release();
  io.signal("SIGINT");
  expect(io.exits).toHaveLength(2);
});
