import { z } from "zod";
import * as answers from "./answers.ts";
import { asks, limit, type Route } from "./route.ts";

const listQuery = z.strictObject({
  search: z.string().max(200).optional().describe("Part of the id, or of a pipeline's name, in any case."),
  pipeline: z.string().optional().describe("That this pipeline asks for."),
  connection: z.string().optional().describe("Heard over this connection."),
  silent: z.stringbool().optional().describe("Only those that have fallen silent against their habit."),
  after: z.string().optional().describe("Continues behind an earlier answer: its `next`."),
  limit,
});

/** What connections know: of themselves, and of devices. */
export const deviceRoutes: readonly Route[] = [
  asks({
    path: "/v1/connections",
    summary: "Connections, with what stands behind their state.",
    answer: answers.connectionViews,
    handle: (api) => api.connections(),
  }),
  asks({
    path: "/v1/devices",
    summary: "Devices whose samples came over a connection, page by page.",
    query: listQuery,
    answer: answers.deviceList,
    handle: (api, { query }) => api.devices.list(query),
  }),
  asks({
    path: "/v1/devices/{id}",
    summary: "One device: its latest samples, how often they come, what is missing of them.",
    answer: answers.deviceDetail,
    codes: ["CONTROL_DEVICE_UNKNOWN"],
    handle: (api, { name }) => api.devices.get(name),
  }),
];
