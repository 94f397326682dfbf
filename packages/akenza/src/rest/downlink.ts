import { excerpt, type SendResult, type SignalboxError } from "@signalbox/core";
import type { RestClient } from "./client.ts";

/** The body of POST /v3/devices/{id}/downlink: exactly one of the two downlinks. */
export interface DownlinkBody {
  /** True: the device type's encoder script is not run. */
  readonly raw: boolean;
  readonly loraDownlink?: {
    readonly port: number;
    readonly confirmed: boolean;
    readonly payloadHex?: string;
    readonly payload?: Readonly<Record<string, unknown>>;
    readonly clearQueue?: boolean;
  };
  readonly mqttDownlink?: {
    readonly topic: string;
    readonly payload: Readonly<Record<string, unknown>>;
    readonly contentType: "JSON";
  };
}

/**
 * Sends a downlink once, whose turn was waited for (RestClient.turn). Any 2xx is accepted, with or without a body. 401 and 403 are retryable: nothing was carried out
 * and a person can mend the key (delivery.md, rule 8). Without an answer to a request that left, the outcome is unknown; so
 * it is where a gateway or a failing server answered, for what stands behind may have taken the downlink.
 */
export async function postDownlink(
  rest: RestClient,
  downlink: { readonly device: string; readonly body: unknown },
  signal: AbortSignal,
): Promise<SendResult> {
  const path = `/v3/devices/${encodeURIComponent(downlink.device)}/downlink`;
  const outcome = await rest.sendNow({ method: "POST", path, body: downlink.body }, signal);
  switch (outcome.kind) {
    case "answered":
      return { status: "accepted", detail: describe(outcome) };
    case "refused":
      return refused(outcome.status, outcome.problem);
    case "missing":
      return { status: outcome.hasLeft ? "unknown" : "retryable", cause: outcome.problem };
  }
}

function refused(status: number, cause: SignalboxError): SendResult {
  if (!cause.isRetryable) return { status: "rejected", cause };
  return { status: status >= 500 && status !== 503 ? "unknown" : "retryable", cause };
}

function describe({ status, text }: { status: number; text: string }): string {
  const trimmed = text.trim();
  return trimmed === "" ? `HTTP ${status}` : `HTTP ${status} ${excerpt(trimmed, 200)}`;
}
