import { expect, test } from "vitest";
import { Consumer } from "./consumer.ts";
import { RouteIndex } from "./route-index.ts";

const consumer = (pipeline: string): Consumer => new Consumer({ pipeline, events: ["sample"], capacity: 1 });
const names = (index: RouteIndex, device: string, topic: string): string[] | undefined =>
  index
    .consumersOf(device, topic)
    ?.map((each) => each.pipeline)
    .sort();

test("a sample finds its consumers by device and topic, each once", () => {
  const index = new RouteIndex();
  const [all, some, other] = [consumer("all"), consumer("some"), consumer("other")];
  index.add({ kind: "asset", id: "a", topic: "*" }, all);
  index.add({ kind: "asset", id: "a", topic: "default" }, some);
  index.add({ kind: "asset", id: "a", topic: "default" }, all);
  index.add({ kind: "asset", id: "b", topic: "*" }, other);
  expect(names(index, "a", "default")).toEqual(["all", "some"]);
  expect(names(index, "a", "lifecycle")).toEqual(["all"]);
  expect(names(index, "b", "default")).toEqual(["other"]);
  expect(index.consumersOf("c", "default")).toBeUndefined();
  index.remove({ kind: "asset", id: "a", topic: "*" }, all);
  expect(names(index, "a", "default")).toEqual(["all", "some"]);
  expect(names(index, "a", "lifecycle")).toEqual([]);
});

test("a device that is wanted for two reasons stays until both are gone", () => {
  const index = new RouteIndex();
  const pipeline = consumer("p");
  const asset = { kind: "asset", id: "a", topic: "*" } as const;
  const tag = { kind: "tag", id: "t", topic: "*" } as const;
  index.add(asset, pipeline);
  index.add(tag, pipeline);
  index.setMembers("t", ["a", "b"]);
  index.remove(asset, pipeline);
  expect(names(index, "a", "x")).toEqual(["p"]);
  index.setMembers("t", ["b"]);
  expect(index.consumersOf("a", "x")).toBeUndefined();
  expect(names(index, "b", "x")).toEqual(["p"]);
  index.remove(tag, pipeline);
  expect(index.consumersOf("b", "x")).toBeUndefined();
  expect(index.hasTags).toBe(false);
});

test("ten thousand pipelines beside it change nothing about what one look-up touches", () => {
  const index = new RouteIndex();
  const mine = consumer("mine");
  index.add({ kind: "asset", id: "mine", topic: "default" }, mine);
  const before = index.consumersOf("mine", "default");
  for (let n = 0; n < 10_000; n += 1) index.add({ kind: "asset", id: `d${n}`, topic: "*" }, consumer(`p${n}`));
  // The very list made before: nothing is computed, copied or searched per sample.
  expect(index.consumersOf("mine", "default")).toBe(before);
  expect(before).toEqual([mine]);
});
