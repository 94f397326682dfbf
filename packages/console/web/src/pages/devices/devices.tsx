import type { DeviceList as DeviceAnswer, DeviceSummary } from "@signalbox/core/control-types";
import type { JSX } from "preact";
import { get, queryOf } from "../../data/api.ts";
import { count, plural, span } from "../../data/format.ts";
import { useResource } from "../../data/resource.ts";
import { live } from "../../live/live.ts";
import { pipelineHref, query, setQuery } from "../../router.ts";
import { Filters } from "../../ui/filters.tsx";
import { Lamp } from "../../ui/lamp.tsx";
import { Page, Panel } from "../../ui/page.tsx";
import { Asked, Empty } from "../../ui/states.tsx";
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
              <Empty title="No device was heard">
                <p>What sends samples over a connection is listed here.</p>
              </Empty>
            ) : (
              <>
                <Rows devices={devices} />
                {next === undefined && after === "" ? null : (
                  <div class="panel-body row">
                    {after === "" ? null : (
                      <button type="button" class="button small" onClick={() => setQuery({ after: undefined })}>
                        To the first
                      </button>
                    )}
                    {next === undefined ? null : (
                      <button type="button" class="button small" onClick={() => setQuery({ after: next })}>
                        More
                      </button>
                    )}
                  </div>
                )}
              </>
            )
          }
        </Asked>
      </Panel>
    </Page>
  );
}

function Rows({ devices }: { devices: readonly DeviceSummary[] }): JSX.Element {
  return (
    <div class="table-wrap" tabIndex={0} role="region" aria-label="Devices">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Device</th>
            <th scope="col">Latest sample</th>
            <th scope="col" class="num narrow-hide">
              Usually every
            </th>
            <th scope="col" class="num narrow-hide">
              Topics
            </th>
            <th scope="col" class="num narrow-hide">
              Gaps
            </th>
            <th scope="col" class="narrow-hide">
              Pipelines
            </th>
          </tr>
        </thead>
        <tbody>
          {devices.map((device) => (
            <Row key={device.device} device={device} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({
  device: { device, sampleAt, usualMs, isSilent, topics, gaps, pipelines },
}: {
  device: DeviceSummary;
}): JSX.Element {
  return (
    <tr>
      <td>
        <span class="row">
          <Lamp
            level={isSilent ? "warn" : sampleAt === undefined ? "idle" : "ok"}
            text={isSilent ? "silent" : "heard"}
            isMute
          />
          <a class="code" href={`/devices/${encodeURIComponent(device)}`}>
            {device}
          </a>
        </span>
      </td>
      <td class={isSilent ? "level-warn" : undefined}>
        <Ago at={sampleAt} none="never" />
      </td>
      <td class="num narrow-hide">{usualMs === undefined ? "–" : span(usualMs)}</td>
      <td class="num narrow-hide">{topics}</td>
      <td class={`num narrow-hide ${gaps > 0 ? "level-warn" : ""}`}>{gaps}</td>
      <td class="narrow-hide">
        {pipelines.map((name, index) => (
          <span key={name}>
            {index > 0 ? ", " : ""}
            <a href={pipelineHref(name)}>{name}</a>
          </span>
        ))}
      </td>
    </tr>
  );
}
