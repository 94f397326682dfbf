import type { Access, Credential } from "../access.ts";
import type { Building, SimulatedDevice } from "../building.ts";
import type { Clock } from "../clock.ts";
import type { DeviceCommand } from "../devices/model.ts";
import type { History } from "../history.ts";
import type { RateLimiter } from "../rate-limit.ts";
import { PERMISSION_DENIED, RestError } from "./answer.ts";

/** Takes accepted downlinks to their devices. */
export interface DownlinkDesk {
  /** What an accepted downlink is answered with. */
  readonly status: 200 | 204;
  /** Returns an id of the downlink. */
  accept(device: SimulatedDevice, body: unknown, command: DeviceCommand): string;
}

export interface RestContext {
  readonly access: Access;
  readonly building: Building;
  readonly clock: Clock;
  readonly history: History;
  readonly limiter: RateLimiter;
  readonly downlinks: DownlinkDesk;
  readonly restTimes: "Z" | "offset";
}

/** A call that has been let in. */
export interface RestCall {
  readonly context: RestContext;
  readonly credential: Credential;
  readonly query: URLSearchParams;
  /** The parsed JSON body; undefined when there is none. */
  readonly body: unknown;
  /** The id in the path, where there is one. */
  readonly id: string;
}

/** The device a call is about, if the key may see it. */
export function deviceOf({ context, credential, id }: RestCall): SimulatedDevice {
  const device = context.building.device(id);
  if (!device) throw new RestError(404, `Device with id ${id} not found`);
  if (!credential.sees(device.workspaceId)) throw new RestError(403, PERMISSION_DENIED);
  return device;
}
