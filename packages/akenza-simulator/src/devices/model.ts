import type { Random } from "../random.ts";

export type Connectivity = "LORA" | "MQTT" | "HTTP" | "COAP" | "MIOTY" | "NB-IOT" | "SIGFOX";

/** What one uplink says under one topic. All readings of an uplink share its timestamp. */
export interface Reading {
  readonly topic: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A downlink as the device's radio or MQTT client gets it. */
export type DeviceCommand =
  | { readonly kind: "lora"; readonly port: number; readonly payloadHex: string; readonly confirmed: boolean }
  | { readonly kind: "mqtt"; readonly topic: string; readonly payload: Readonly<Record<string, unknown>> };

/** The living part of one device. */
export interface Behaviour {
  /** The next uplink. `at` is the time of day the device lives in, ms since the epoch; it never goes back. */
  uplink(at: number): readonly Reading[];
  /** Takes a command; true when the device understood it and will report the change. */
  command?(command: DeviceCommand): boolean;
}

export interface BehaviourContext {
  readonly seed: number;
  /** 0, 1, 2 ... within its model. Devices of one index share a room. */
  readonly index: number;
  /** Noise of this device alone. */
  readonly random: Random;
}

/** What a downlink encoder script makes of a `payload`. */
export interface EncodedDownlink {
  readonly payloadHex: string;
  readonly port: number;
  readonly confirmed: boolean;
}

/** A kind of device: its facts and how to bring one to life. */
export interface DeviceModel {
  /** The word a fleet is ordered by. */
  readonly name: string;
  readonly title: string;
  /** Path in akenza's device type library, or of our own making. */
  readonly deviceType: string;
  readonly connectivity: Connectivity;
  readonly tag: string;
  readonly isIndoor: boolean;
  /** The downlink encoder; absent when the type has none. Throws when the payload is not one it knows. */
  encode?(payload: Readonly<Record<string, unknown>>): EncodedDownlink;
  create(context: BehaviourContext): Behaviour;
}
