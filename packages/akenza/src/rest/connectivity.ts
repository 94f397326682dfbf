// How devices are connected, as akenza's inventory says, and which downlinks that lets through.
// Not here: asking akenza (inventory.ts), or sending (downlink-sender.ts).
import { type Clock, SignalboxError } from "@signalbox/core";
import type { DownlinkBody } from "./downlink.ts";

/** A device as far as it is connected to something. */
export interface ConnectedDevice {
  readonly id: string;
  readonly connectivity?: string | null | undefined;
}

/** How long an answer of akenza's holds. */
export const knownForMs = 3_600_000;
/** How long a device of which akenza said nothing is not asked about again. */
export const unknownForMs = 300_000;
/** The devices remembered at most; the longest known go first. */
const maxDevices = 100_000;

interface Known {
  readonly kind: string | undefined;
  readonly untilMs: number;
}

/** What akenza said of the connectivity of devices, with whatever answer it came. */
export class Connectivities {
  readonly #clock: Clock;
  readonly #known = new Map<string, Known>();
  #silentUntilMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  note({ id, connectivity }: ConnectedDevice): void {
    this.#put(id, connectivity ?? undefined);
  }

  /** akenza does not know the device. */
  noteUnknown(id: string): void {
    this.#put(id, undefined);
  }

  /** akenza cannot be asked for now, or not by this key: no device is asked about for a while. */
  noteSilence(): void {
    this.#silentUntilMs = this.#clock.monotonic() + unknownForMs;
  }

  /** Whether akenza has to be asked. */
  isDue(id: string): boolean {
    const now = this.#clock.monotonic();
    return now >= this.#silentUntilMs && (this.#known.get(id)?.untilMs ?? Number.NEGATIVE_INFINITY) <= now;
  }

  /** `LORA`, `MQTT`, `HTTP` ...; undefined where akenza has not said, or not lately. */
  of(id: string): string | undefined {
    const known = this.#known.get(id);
    return known !== undefined && known.untilMs > this.#clock.monotonic() ? known.kind : undefined;
  }

  #put(id: string, kind: string | undefined): void {
    this.#known.delete(id);
    const [oldest] = this.#known.keys();
    if (this.#known.size >= maxDevices && oldest !== undefined) this.#known.delete(oldest);
    const holdsMs = kind === undefined ? unknownForMs : knownForMs;
    this.#known.set(id, { kind, untilMs: this.#clock.monotonic() + holdsMs });
  }
}

/** What a device of each connectivity takes; those that are not named here are left to akenza's own judgement. */
const takes: Readonly<Record<string, "loraDownlink" | "mqttDownlink" | "nothing">> = {
  LORA: "loraDownlink",
  MQTT: "mqttDownlink",
  HTTP: "nothing",
  COAP: "nothing",
  SIGFOX: "nothing",
};

const words = { loraDownlink: "LoRaWAN", mqttDownlink: "MQTT" } as const;

/** Why a device of this connectivity cannot get a downlink: AKENZA_CONNECTIVITY_WRONG; undefined where it may. */
export function whyRefused(
  device: string,
  connectivity: string | undefined,
  { loraDownlink, mqttDownlink }: Partial<DownlinkBody>,
): SignalboxError | undefined {
  const asked = loraDownlink !== undefined ? "loraDownlink" : mqttDownlink !== undefined ? "mqttDownlink" : undefined;
  const taken = connectivity === undefined ? undefined : takes[connectivity.toUpperCase()];
  if (asked === undefined || taken === undefined || taken === asked) return undefined;
  const can = taken === "nothing" ? "takes no downlinks" : `takes downlinks over ${words[taken]}`;
  return new SignalboxError(
    "AKENZA_CONNECTIVITY_WRONG",
    `the device ${device} is connected over ${connectivity} and ${can}; one over ${words[asked]} was asked for`,
    {
      hint: taken === "nothing" ? "leave it out of `devices`" : "send it by another sink, or leave it out of `devices`",
    },
  );
}
