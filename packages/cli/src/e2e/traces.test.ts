// Traces of the engine as it is shipped: from akenza's sample to a sink, from a tick to the device.
import type { Simulator } from "@signalbox/akenza-simulator";
import { type Collected, startOtlpReceiver } from "@signalbox/telemetry/testing";
import { test } from "vitest";
import { subscribedTo } from "./testing/observed.ts";
import { embedded } from "./testing/stores.ts";
import { inWorld } from "./testing/world.ts";

const pipelines = (device: string, plug: string): string => `name: samples
source: { akenza: { subscribe: [{ asset: "${device}" }] } }
steps: [{ filter: $exists(data) }]
sinks: [{ http: { url: "\${RECEIVER}/samples" } }]
---
name: every-second
source: { schedule: { every: 1s } }
steps: [{ transform: '{ "plannedAt": plannedAt }' }]
sinks: [{ akenzaDownlink: { devices: ["${plug}"], mqtt: { topic: commands } }, retry: { attempts: 5, backoff: 50ms } }]
`;

const idOf = ({ devices }: Simulator, wanted: string): string =>
  devices.find(({ model }) => model === wanted)?.id ?? `no ${wanted}`;

/** The names of a span and all above it, itself first. */
function above(spans: readonly Collected[], span: Collected | undefined): readonly string[] {
  if (span === undefined) return [];
  const parent = spans.find(({ spanId, traceId }) => spanId === span.parentId && traceId === span.traceId);
  return [span.name, ...above(spans, parent)];
}

test(
  "a trace leads from sample to sink, and one from tick to device",
  { timeout: 280_000 },
  async ({ signal, expect }) => {
    const receiver = await startOtlpReceiver();
    try {
      await inWorld(
        {
          store: embedded,
          signal,
          project: (simulator) => ({
            files: { "pipelines/a.yaml": pipelines(idOf(simulator, "climate"), idOf(simulator, "plug")) },
            env: {
              RECEIVER: `${simulator.url}/receiver`,
              OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
              OTEL_SERVICE_NAME: "building-7",
              OTEL_TRACES_SAMPLER_ARG: "1",
            },
          }),
        },
        async ({ simulator, start }) => {
          simulator.faults.failRequests({ path: "*/downlink", status: 503, times: 1 });
          const engine = await start();
          await subscribedTo(simulator, [idOf(simulator, "climate")]);
          simulator.tick(1);
          const request = await simulator.receiver("samples").requests.waitFor(() => true);
          const isOver = ({ name, attributes }: Collected): boolean =>
            name === "command akenzaDownlink" && attributes["signalbox.command.attempts"] === 2;
          await receiver.until((all) => all.some(isOver) && all.some(({ name }) => name === "process samples"));
          expect(await engine.stop()).toBe(0);

          const { spans } = receiver;
          const [, traceId, parentId] = (request.headers["traceparent"] ?? "").split("-");
          const write = spans.find((each) => each.traceId === traceId && each.spanId === parentId);
          expect(write?.attributes).toMatchObject({ "http.response.status_code": 204, "signalbox.sink": "http" });
          expect(above(spans, write)).toEqual(["send http", "process samples"]);
          expect(write?.service).toBe("building-7");

          const sends = spans.filter(
            (each) =>
              each.name === "send akenza" &&
              spans.some((command) => isOver(command) && command.spanId === each.parentId),
          );
          expect(sends.map(({ attributes }) => attributes["signalbox.outcome"])).toEqual(["queued", "accepted"]);
          expect(above(spans, sends[1])).toEqual([
            "send akenza",
            "command akenzaDownlink",
            "send akenzaDownlink",
            "process every-second",
            "tick every-second",
          ]);
          const accepted = engine.lines.filter(({ msg }) => msg === "A command was accepted.");
          expect(accepted.map((line) => line["trace_id"])).toContain(sends[1]?.traceId);
        },
      );
    } finally {
      await receiver.close();
    }
  },
);
