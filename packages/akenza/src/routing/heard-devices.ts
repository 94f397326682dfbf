import type { DeviceGap, HeardDevice, HeardDevices, HeardStream } from "@signalbox/core";
import type { Gap } from "../backfill/gaps.ts";
import type { Sample } from "../socket/frames.ts";
import type { Habit } from "./cadence.ts";

export interface HeardParts {
  /** The latest samples, each of another device and topic. */
  readonly latest: () => Iterable<Sample>;
  readonly habitOf: (stream: string) => Habit | undefined;
  readonly pipelinesOf: (device: string) => readonly string[];
  /** The latest gaps of all devices, oldest first. */
  readonly gaps: () => readonly Gap[];
}

/** The devices of a connection, put together when they are asked for from what it keeps anyway. */
export function heardDevices({ latest, habitOf, pipelinesOf, gaps }: HeardParts): HeardDevices {
  const streamOf = ({ device, topic, timestamp, body }: Sample): HeardStream => {
    const { isSilent, cadence } = habitOf(`${device} ${topic}`) ?? { isSilent: false };
    return { topic, sampleAt: timestamp, body, isSilent, ...(cadence !== undefined && { cadence }) };
  };
  const made = (device: string, samples: readonly Sample[], own: readonly Gap[]): HeardDevice => {
    const streams = samples.map(streamOf);
    return { device, pipelines: pipelinesOf(device), streams, gaps: own.map(gapOf) };
  };
  return {
    all() {
      const samples = byDevice(latest());
      const missed = byDevice(gaps());
      const ids = new Set([...samples.keys(), ...missed.keys()]);
      return [...ids].map((device) => made(device, samples.get(device) ?? [], missed.get(device) ?? []));
    },
    get(device) {
      const isOwn = (each: { readonly device: string }): boolean => each.device === device;
      const found = made(device, [...latest()].filter(isOwn), gaps().filter(isOwn));
      return found.streams.length + found.gaps.length + found.pipelines.length === 0 ? undefined : found;
    },
  };
}

function byDevice<T extends { readonly device: string }>(all: Iterable<T>): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const each of all) {
    const group = groups.get(each.device);
    if (group === undefined) groups.set(each.device, [each]);
    else group.push(each);
  }
  return groups;
}

function gapOf({ pipeline, from, until, reason }: Gap): DeviceGap {
  return { pipeline, from, until, reason };
}
