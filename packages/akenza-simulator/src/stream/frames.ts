import type { Sample } from "../sample.ts";
import { isoOf } from "../timestamps.ts";

/** One entry of a `subscribe` message as it was read; what is absent is null. */
export interface SubscriptionEntry {
  readonly assetId: string | null;
  readonly tagId: string | null;
  readonly topic: string;
  readonly valid: boolean;
}

/** Both spellings of the time field are sent: the docs print one, other server messages carry the other. */
export function connectedFrame(now: number): string {
  const time = isoOf(now);
  return JSON.stringify({ type: "connected", message: "greeting message", timestamp: time, timeStamp: time });
}

export function subscriptionFrame(
  type: "subscribed" | "unsubscribed",
  replyTo: number | null,
  answer: { readonly now: number; readonly entries: readonly SubscriptionEntry[] },
): string {
  const subscriptions = answer.entries.map(({ assetId, topic, tagId, valid }) => ({ assetId, topic, tagId, valid }));
  return JSON.stringify({ type, replyTo, timeStamp: isoOf(answer.now), subscriptions, message: null });
}

export function errorFrame(message: string, now: number): string {
  return JSON.stringify({ type: "error", replyTo: null, timeStamp: isoOf(now), message });
}

export function pongFrame(replyTo: number | null, now: number): string {
  return JSON.stringify({ type: "pong", replyTo, timeStamp: isoOf(now), message: null });
}

export function sampleFrame({ deviceId, topic, timestamp, data }: Sample): string {
  return `{"type":"sample_insert","sample":${JSON.stringify({ deviceId, topic, timestamp, data })}}`;
}
