// The faults on demand: one method each, every one with an options object, so that the control API offers the same
// under the same names. What it is not: the carrying out, which is where the thing itself lives.
import type { Access } from "../access.ts";
import { checkClosing } from "../checks.ts";
import type { Clock } from "../clock.ts";
import type { Publisher } from "../publisher.ts";
import type { Receiver } from "../receiver.ts";
import type { Connection } from "../stream/connection.ts";
import type { DataStreams } from "../stream/data-streams.ts";
import { sendGarbage } from "./garbage.ts";
import type { GarbageKind } from "./garbage.ts";
import type { RequestFault, RequestFaults } from "./request-faults.ts";

/** One connection by its id ("c1"), or all of them. */
export interface Aim {
  readonly connection?: string;
}

/** Lasts until woken, or for a time. */
export interface Spell extends Aim {
  readonly forMs?: number;
}

/** Methods that act on connections return how many they met. */
export interface FaultControls {
  /** Closes, with a close frame (1001 unless told) or without one. Default: without. */
  dropConnections(
    options?: Aim & { readonly closeFrame?: boolean; readonly code?: number; readonly reason?: string },
  ): number;
  /** Half-open: the socket stays, nothing is sent and nothing answered any more, pings neither. */
  silenceConnections(options?: Spell): number;
  /** Stops reading from the socket, still sends. */
  stopReading(options?: Spell): number;
  /** Ends silence and not reading. What was swallowed stays lost. */
  wakeConnections(options?: Aim): number;
  sendGarbage(options: Aim & { readonly kind: GarbageKind; readonly times?: number }): number;
  /** The next connections get no `connected` message. Default: one. */
  withholdGreetings(options?: { readonly times?: number }): void;
  /** Upgrades to the data stream are refused with a status, cut or left hanging. Default: the next one, with 503. */
  refuseUpgrades(options?: RequestFault): void;
  /** REST requests go wrong. Default: the next one, with 503. */
  failRequests(options?: RequestFault): void;
  /** The next samples go out twice. Default: one. */
  duplicateSamples(options?: { readonly times?: number }): void;
  /** The next samples are held back, and come late when released or after `forMs`. Default: one. */
  delaySamples(options?: { readonly times?: number; readonly forMs?: number }): void;
  /** Stores and sends what is held back; returns how many samples. */
  releaseSamples(): number;
  /** An API key or access token expires: refused from now on, and in vain on open connections. */
  expireKey(options: { readonly key: string }): void;
  renewKey(options: { readonly key: string }): void;
  /** Ends every fault, the receiver's too: nothing armed, nothing held, all awake, all keys good. */
  clear(): void;
}

interface FaultContext {
  readonly access: Access;
  readonly clock: Clock;
  readonly publisher: Publisher;
  readonly receiver: Receiver;
  readonly requests: RequestFaults;
  readonly streams: DataStreams;
  readonly upgrades: RequestFaults;
}

export function createFaultControls(context: FaultContext): FaultControls {
  const { access, clock, publisher, receiver, requests, streams, upgrades } = context;
  return {
    ...connectionFaults(streams, clock),
    withholdGreetings({ times = 1 } = {}) {
      streams.greetingsWithheld += times;
    },
    refuseUpgrades(fault = {}) {
      upgrades.arm(fault);
    },
    failRequests(fault = {}) {
      requests.arm(fault);
    },
    duplicateSamples({ times = 1 } = {}) {
      publisher.repeatNext(times);
    },
    delaySamples({ times = 1, forMs } = {}) {
      publisher.holdNext(times);
      if (forMs !== undefined) clock.setTimer(() => publisher.release(), forMs);
    },
    releaseSamples: () => publisher.release(),
    expireKey({ key }) {
      access.setExpired(key, true);
    },
    renewKey({ key }) {
      access.setExpired(key, false);
    },
    clear() {
      requests.clear();
      upgrades.clear();
      publisher.clearFaults();
      streams.greetingsWithheld = 0;
      for (const connection of streams.connections) connection.wake();
      for (const mailbox of receiver.mailboxes) mailbox.clearFaults();
      access.renewAll();
    },
  };
}

type ConnectionFault = "dropConnections" | "silenceConnections" | "stopReading" | "wakeConnections" | "sendGarbage";

function connectionFaults(streams: DataStreams, clock: Clock): Pick<FaultControls, ConnectionFault> {
  const forEach = ({ connection: id, forMs }: Spell, act: (connection: Connection) => void): number => {
    const met = streams.connections.filter((connection) => id === undefined || connection.id === id);
    met.forEach(act);
    if (forMs !== undefined) clock.setTimer(() => met.forEach((connection) => connection.wake()), forMs);
    return met.length;
  };
  return {
    dropConnections: ({ closeFrame = false, ...rest } = {}) => {
      checkClosing(rest.code ?? 1001, rest.reason ?? "");
      return forEach(rest, (connection) => connection.drop({ closeFrame, ...rest }));
    },
    silenceConnections: (options = {}) => forEach(options, (connection) => connection.fallSilent()),
    stopReading: (options = {}) => forEach(options, (connection) => connection.stopReading()),
    wakeConnections: (options = {}) => forEach(options, (connection) => connection.wake()),
    sendGarbage: ({ kind, times = 1, ...aim }) =>
      forEach(aim, (connection) => {
        for (let turn = 0; turn < times && connection.isOpen && !connection.isSilent; turn++) {
          const text = sendGarbage(connection, kind, turn);
          streams.sent.append({ at: clock.now(), connection: connection.id, type: `garbage ${kind}`, text });
        }
      }),
  };
}
