import type { DeviceList as DeviceAnswer, DeviceSummary } from "@signalbox/core/control-types";
import type { JSX } from "preact";
import { get, queryOf } from "../../data/api.ts";
import { count, plural, span } from "../../data/format.ts";
import { useResource } from "../../data/resource.ts";
import { live } from "../../live/live.ts";
import { query } from "../../router.ts";
import { Filters } from "../../ui/filters.tsx";
import { Lamp } from "../../ui/lamp.tsx";
import { Page, Panel } from "../../ui/page.tsx";
import { Pager } from "../../ui/pager.tsx";
import { PipelineLinks } from "../../ui/pipeline-links.tsx";
import { Asked, Empty } from "../../ui/states.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Ago } from "../../ui/times.tsx";
import { DevicePage } from "./device.tsx";

const pageSize = 100;

/** The devices that are heard, or one of them. */
export function DevicesPage({ name }: { name: string }): JSX.Element {
  return name === "" ? <DeviceList /> : <DevicePage id={name} />;
}

function DeviceList(): JSX.Element {
  const [search, pipeline, silent, after] = ["search", "pipeline", "silent", "after"].map(
    (each) => query.value.get(each) ?? "",
  );
  const asked = queryOf({ search, pipeline, silent, after, limit: pageSize });
  const found = useResource(asked, (signal) => get<DeviceAnswer>(`devices${asked}`, signal), { everyMs: 5_000 });
  const isFiltered = [search, pipeline, silent].some((each) => each !== "");
  const names = (live.value?.pipelines ?? []).map(({ name }) => name);
  const { total, silent: quiet } = found.value ?? {};
  const lead =
    total === undefined
      ? undefined
      : `${plural(total, "device")}${quiet === undefined || quiet === 0 ? "" : `, ${count(quiet)} silent`}`;
  return (
    <Page title="Devices" lead={lead}>
      <Filters
        fields={[
          { name: "search", title: "Device or pipeline" },
          { name: "pipeline", title: "Asked for by", options: names },
          { name: "silent", title: "Silent only", options: ["true"] },
        ]}
      />
      <Panel>
        <Asked of={found} what="the devices">
          {({ devices, next }) =>
            devices.length === 0 ? (
              <Empty title={isFiltered ? "No device fits" : "No device was heard"}>
                <p>What sends samples over a connection is listed here.</p>
              </Empty>
            ) : (
              <>
                <Table label="Devices" rows={devices} columns={columns} rowKey={({ device }) => device} />
                <Pager next={next} toFirst="To the first" toNext="More" />
              </>
            )
          }
        </Asked>
      </Panel>
    </Page>
  );
}

const columns: readonly Column<DeviceSummary>[] = [
  { key: "device", title: "Device", cell: (device) => <Name device={device} /> },
  { key: "sample", title: "Latest sample", cell: (device) => <Latest device={device} /> },
  {
    key: "usual",
    title: "Usually every",
    cell: ({ usualMs }) => (usualMs === undefined ? "–" : span(usualMs)),
    isNumber: true,
    isWide: true,
  },
  { key: "topics", title: "Topics", cell: ({ topics }) => topics, isNumber: true, isWide: true },
  {
    key: "gaps",
    title: "Gaps",
    cell: ({ gaps }) => <span class={gaps > 0 ? "level-warn" : undefined}>{gaps}</span>,
    isNumber: true,
    isWide: true,
  },
  { key: "pipelines", title: "Pipelines", cell: ({ pipelines }) => <PipelineLinks names={pipelines} />, isWide: true },
];

function Name({ device: { device, isSilent, sampleAt } }: { device: DeviceSummary }): JSX.Element {
  const level = isSilent ? "warn" : sampleAt === undefined ? "idle" : "ok";
  return (
    <span class="row">
      <Lamp level={level} text={isSilent ? "silent" : sampleAt === undefined ? "never heard" : "heard"} isMute />
      <a class="code" href={`/devices/${encodeURIComponent(device)}`}>
        {device}
      </a>
    </span>
  );
}

function Latest({ device: { sampleAt, isSilent } }: { device: DeviceSummary }): JSX.Element {
  return (
    <span class={isSilent ? "level-warn" : undefined}>
      <Ago at={sampleAt} none="never" />
    </span>
  );
}
