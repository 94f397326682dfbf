import { type CheckResult, failedCheck, SignalboxError } from "@signalbox/core";
import { z } from "zod";
import type { RestClient, RestRequest } from "../rest/client.ts";
import { querySamples } from "../rest/samples.ts";

const page = z.object({ content: z.array(z.object({ id: z.string() })), totalElements: z.number().optional() });

/** Whether the key may list devices, and read the history of one. */
export async function checkDevices(
  rest: RestClient,
  organization: string,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  const subject = "device list";
  try {
    const { content, totalElements = content.length } = await firstOf(rest, organization, signal);
    const [device] = content;
    if (device === undefined) {
      const advice = "See that the key is not limited to workspaces without devices.";
      return [{ subject, status: "warning", found: "the key sees no device", advice }, nothingToRead];
    }
    const found = `the key sees ${totalElements} ${totalElements === 1 ? "device" : "devices"}`;
    return [{ subject, status: "ok", found }, await checkHistory(rest, device.id, signal)];
  } catch (error) {
    return [failedCheck(subject, error, "AKENZA_UNREACHABLE"), nothingToRead];
  }
}

const nothingToRead: CheckResult = { subject: "history", status: "skipped", found: "there is no device to ask for" };

async function checkHistory(rest: RestClient, device: string, signal: AbortSignal): Promise<CheckResult> {
  const subject = "history";
  try {
    const samples = await querySamples(rest, { device, limit: 1 }, signal);
    const found = samples.length === 0 ? "may be read; there is nothing of the first device" : "may be read";
    return { subject, status: "ok", found };
  } catch (error) {
    return failedCheck(subject, error, "AKENZA_UNREACHABLE");
  }
}

/** A key that is limited to workspaces may not ask for its organization: then the first workspace is asked for. */
async function firstOf(rest: RestClient, organizationId: string, signal: AbortSignal): Promise<z.output<typeof page>> {
  const list = (query: RestRequest["query"]): Promise<z.output<typeof page>> =>
    read(rest, { path: "/v3/assets", query: { ...query, type: "DEVICE", size: 1 } }, signal);
  try {
    return await list({ organizationId });
  } catch (error) {
    if (!(error instanceof SignalboxError) || error.code !== "AKENZA_AUTH_REFUSED") throw error;
    const { content } = await read(rest, { path: "/v3/workspaces", query: { organizationId, size: 1 } }, signal);
    const [workspace] = content;
    if (workspace === undefined) throw error;
    return await list({ workspaceId: workspace.id });
  }
}

async function read(
  rest: RestClient,
  { path, query }: Pick<RestRequest, "path" | "query">,
  signal: AbortSignal,
): Promise<z.output<typeof page>> {
  const request: RestRequest = {
    method: "GET",
    path,
    priority: "inventory",
    ...(query === undefined ? {} : { query }),
  };
  const result = page.safeParse(await rest.read(request, signal, 1));
  if (result.success) return result.data;
  throw new SignalboxError("AKENZA_ANSWER_INVALID", `akenza's answer to GET ${path} is no page of a list`);
}
