import { Access } from "./access.ts";
import { Building } from "./building.ts";
import { Activity, BoundedLog } from "./entry-log.ts";
import { RequestFaults } from "./faults/request-faults.ts";
import { Fleet } from "./fleet.ts";
import type { Timeline } from "./fleet.ts";
import { History } from "./history.ts";
import type { ResolvedOptions } from "./options.ts";
import { Publisher } from "./publisher.ts";
import { RateLimiter } from "./rate-limit.ts";
import { Receiver } from "./receiver.ts";
import type { DownlinkDesk, RestContext } from "./rest/call.ts";
import type { Downlink } from "./rest/downlink.ts";
import type { RequestEntry } from "./server/request-entry.ts";
import { DataStreams } from "./stream/data-streams.ts";
import { Stamps } from "./timestamps.ts";

/** Everything a simulator is made of, put together and not yet listening. */
export type Parts = ReturnType<typeof buildParts>;

export function buildParts(options: ResolvedOptions) {
  const { clock, logSize } = options;
  const activity = new Activity();
  const access = new Access(options.apiKeys, options.accessTokens);
  const building = new Building(options.seed, options.fleet);
  for (const spec of options.devices) building.add(spec);
  const history = new History(options.historySize);
  const stamps = new Stamps();
  const { maxBufferedBytes, overlap, log } = options;
  const oncePerConnection = overlap === "once";
  const common = { access, activity, building, clock, history, stamps };
  const streams = new DataStreams({ ...common, log, logSize, maxBufferedBytes, oncePerConnection });
  const fleet = new Fleet({ ...common, timeline: timelineOf(options) });
  const downlinks = new BoundedLog<Downlink>(logSize, activity);
  const limiter = new RateLimiter(options.rateLimit, clock);
  const desk = createDesk(options, fleet, downlinks);
  const rest: RestContext = { ...common, limiter, downlinks: desk, restTimes: options.restTimes };
  return {
    ...common,
    streams,
    publisher: new Publisher({ ...common, streams }),
    fleet,
    downlinks,
    requests: new BoundedLog<RequestEntry>(logSize, activity),
    receiver: new Receiver({ logSize, activity }),
    rest,
    requestFaults: new RequestFaults("/v3/*", activity),
    upgradeFaults: new RequestFaults("/v3/data-streams", activity),
  };
}

function timelineOf({ startAtMs, stepMs, daySpeed }: ResolvedOptions): Timeline {
  return { stepMs, daySpeed, ...(startAtMs === undefined ? {} : { startAtMs }) };
}

function createDesk(options: ResolvedOptions, fleet: Fleet, log: BoundedLog<Downlink>): DownlinkDesk {
  const { clock, downlinkStatus, log: tell } = options;
  return {
    status: downlinkStatus,
    accept(device, body, command) {
      const isUnderstood = fleet.deliver(device.id, command);
      log.append({ at: clock.now(), deviceId: device.id, body, command, isUnderstood });
      tell(`downlink to ${device.name} (${device.id}): ${JSON.stringify(command)}`);
      return `dl${log.total}`;
    },
  };
}
