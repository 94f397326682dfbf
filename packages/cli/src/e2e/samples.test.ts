import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { RecordedSample } from "@signalbox/akenza-simulator";
import { test } from "vitest";
import { samplesAccepted, byKey, type Sample, samplesSent, subscribedTo } from "./testing/observed.ts";
import { embedded } from "./testing/stores.ts";
import { inWorld } from "./testing/world.ts";

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const recordings = [
  { name: "the repository's own 100 samples", file: fileOf("../../../akenza-simulator/samples/building.ndjson") },
  { name: "a recording beside the checkout", file: fileOf("../../../../../shared/akenza/samples.ndjson") },
].map((each) => ({ ...each, isThere: existsSync(each.file) }));

const pipelines = `name: untouched
source: { akenza: { subscribe: [{ asset: "\${DEVICES}" }] } }
sinks:
  - http: { url: "\${RECEIVER}/untouched" }
---
name: transformed
source: { akenza: { subscribe: [{ asset: "\${DEVICES}" }] } }
steps:
  - transform: '{ "from": deviceId & "/" & topic, "fields": $count($keys(data)), "data": data }'
sinks:
  - http: { url: "\${RECEIVER}/transformed/{{ $meta.topic }}", headers: { x-device: "{{ $meta.device }}" } }
`;

interface Transformed {
  readonly from: string;
  readonly fields: number;
  readonly data: Sample["data"];
}

for (const { name, file, isThere } of recordings) {
  const title = isThere ? name : `${name} (skipped: it is not there)`;

  test(
    `each of ${title} arrives once, as it is or as it was told to be`,
    { concurrent: true, skip: !isThere, timeout: 60_000 },
    ({ signal, expect }) =>
      inWorld(
        {
          store: embedded,
          signal,
          async project(simulator) {
            const devices = (await simulator.prepare(file)).map(({ id }) => id).join();
            const env = { DEVICES: devices, RECEIVER: `${simulator.url}/receiver` };
            return { files: { "pipelines/samples.yaml": pipelines }, env };
          },
        },
        async ({ simulator, env, start }) => {
          const recorded = (await readFile(file, "utf8")).trim().split("\n");
          const samples = recorded.map((line) => JSON.parse(line) as RecordedSample);
          const engine = await start();
          await subscribedTo(simulator, (env["DEVICES"] ?? "").split(","));
          await simulator.play(file);
          const [untouched, transformed] = ["untouched", "transformed"].map(
            (each) => simulator.receiver(each).requests,
          );
          if (untouched === undefined || transformed === undefined) throw new Error("no receivers");
          await Promise.all([untouched, transformed].map((log) => log.waitForTotal(samples.length)));
          expect(await engine.stop()).toBe(0);

          const sent = samplesSent(simulator);
          expect(sent.map(({ data }) => data)).toEqual(samples.map(({ data }) => data));
          expect([untouched.total, transformed.total]).toEqual([samples.length, samples.length]);
          expect(byKey(samplesAccepted(untouched), ({ deviceId }) => deviceId)).toEqual(
            byKey(sent, ({ deviceId }) => deviceId),
          );
          const told = sent.map(({ deviceId, topic, data }): Transformed & { path: string; device: string } => ({
            from: `${deviceId}/${topic}`,
            fields: Object.keys(data).length,
            data,
            path: `/receiver/transformed/${topic}`,
            device: deviceId,
          }));
          const got = transformed.entries.map(({ body, path, headers }) => ({
            ...(body as Transformed),
            path,
            device: headers["x-device"] ?? "",
          }));
          expect(byKey(got, ({ device }) => device)).toEqual(byKey(told, ({ device }) => device));
        },
      ),
  );
}
