// The last minutes of the engine's flow, for small charts. Bounded: an hour later it holds as much.
import { signal } from "@preact/signals";
import type { LiveState } from "@signalbox/core/control-types";

export interface Point {
  readonly at: number;
  readonly inPerSecond: number;
  readonly outPerSecond: number;
  readonly failedPerSecond: number;
}

const mostPoints = 150;

export const trend = signal<readonly Point[]>([]);

export function remember({ at, pipelines }: LiveState): void {
  const point = { at: Date.parse(at), inPerSecond: 0, outPerSecond: 0, failedPerSecond: 0 };
  for (const { numbers } of pipelines) {
    point.inPerSecond += numbers.receivedPerSecond ?? 0;
    point.outPerSecond += numbers.deliveredPerSecond ?? 0;
    point.failedPerSecond += numbers.failedPerSecond ?? 0;
  }
  trend.value = [...trend.value.slice(1 - mostPoints), point];
}
