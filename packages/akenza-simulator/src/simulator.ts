// The simulator as its user sees it: listens, and offers the parts through one object. What it is not: the parts, each
// of which is in its own file and can be read alone, nor how they are put together (parts.ts).
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { OwnTimers } from "./clock.ts";
import type { Simulator, SimulatorState } from "./contract.ts";
import { createControlApi } from "./control/control-api.ts";
import { Driver } from "./driver.ts";
import { SimulatorError } from "./errors.ts";
import { createFaultControls } from "./faults/fault-controls.ts";
import { resolveOptions } from "./options.ts";
import type { SimulatorOptions } from "./options.ts";
import { buildParts } from "./parts.ts";
import type { Parts } from "./parts.ts";
import { answerRest } from "./rest/rest-api.ts";
import { createRequestListener } from "./server/http-server.ts";
import { createUpgradeListener } from "./server/upgrades.ts";

/**
 * Starts an akenza on loopback. Resolves once it listens; sends nothing by itself before `start()`.
 * Rejects with SIMULATOR_OPTION_INVALID or SIMULATOR_PORT_TAKEN.
 */
export async function createSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const given = resolveOptions(options);
  const clock = new OwnTimers(given.clock);
  const resolved = { ...given, clock };
  const parts = buildParts(resolved);
  const driver = new Driver(parts, resolved);
  // Longer than clients keep an idle connection, so that none finds it closing as it sends.
  const server = createServer({ keepAliveTimeout: 65_000 });
  const sockets = trackSockets(server);
  const port = await listen(server, resolved.port, resolved.host);
  const close = createClose({ parts, clock, driver, server, sockets });
  const host = resolved.host.includes(":") ? `[${resolved.host}]` : resolved.host;
  const simulator = createFacade({ parts, driver, close, address: `${host}:${port}`, port });
  attach(server, parts, simulator);
  return simulator;
}

interface FacadeContext {
  readonly parts: Parts;
  readonly driver: Driver;
  readonly close: () => Promise<void>;
  readonly address: string;
  readonly port: number;
}

function createFacade({ parts, driver, close, address, port }: FacadeContext): Simulator {
  const { building, publisher, streams } = parts;
  return {
    url: `http://${address}`,
    webSocketUrl: `ws://${address}/v3/data-streams`,
    port,
    apiKey: parts.access.firstKey,
    organization: building.organization,
    workspaces: building.workspaces,
    get tags() {
      return building.tags;
    },
    get devices() {
      return building.devices;
    },
    addDevice: (spec) => building.add(spec),
    emit: (sample) => publisher.emit(sample),
    tick: (count = 1) => driver.tick(count),
    start: (rate) => driver.start(rate),
    stop: () => driver.stop(),
    prepare: (recording) => driver.prepare(recording),
    play: (recording, playOptions = {}) => driver.play(recording, playOptions),
    sent: streams.sent,
    received: streams.received,
    downlinks: parts.downlinks,
    requests: parts.requests,
    connections: streams.events,
    subscriptions: () => streams.subscriptions(),
    state: () => stateOf(parts, driver),
    receiver: (name) => parts.receiver.mailbox(name),
    until: (condition, signal) => parts.activity.until(condition, signal),
    faults: createFaultControls({ ...parts, requests: parts.requestFaults, upgrades: parts.upgradeFaults }),
    close,
  };
}

function attach(server: Server, parts: Parts, simulator: Simulator): void {
  const { clock, receiver, requests } = parts;
  const onRequest = createRequestListener({
    clock,
    receiver,
    requests,
    faults: parts.requestFaults,
    answerRest: (request) => answerRest(request, parts.rest),
    answerControl: createControlApi(simulator, () => parts.receiver.mailboxes),
  });
  server.on("request", onRequest);
  server.on("upgrade", createUpgradeListener({ ...parts, faults: parts.upgradeFaults }));
}

function stateOf(parts: Parts, driver: Driver): SimulatorState {
  const { building, downlinks, history, publisher, requests, streams } = parts;
  const { inserted, refused, held } = publisher;
  return {
    isRunning: driver.isRunning,
    devices: building.deviceCount,
    samples: { inserted, refused, held, stored: history.size },
    totals: {
      sent: streams.sent.total,
      received: streams.received.total,
      downlinks: downlinks.total,
      requests: requests.total,
    },
    connections: streams.connections.map(({ id, subscriptions, bufferedBytes, isSilent, swallowed }) => ({
      id,
      subscriptions: subscriptions.size,
      bufferedBytes,
      isSilent,
      swallowed,
    })),
    faults: { requests: parts.requestFaults.armed, upgrades: parts.upgradeFaults.armed },
  };
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      const message = `cannot listen on ${host}:${port}; is another simulator running? Port 0 takes a free one`;
      reject(new SimulatorError("SIMULATOR_PORT_TAKEN", message, { cause }));
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function trackSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  return sockets;
}

interface Closing {
  readonly parts: Parts;
  readonly clock: OwnTimers;
  readonly driver: Driver;
  readonly server: Server;
  readonly sockets: ReadonlySet<Socket>;
}

function createClose({ parts, clock, driver, server, sockets }: Closing): () => Promise<void> {
  let closing: Promise<void> | undefined;
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    const driven = driver.close();
    for (const socket of sockets) socket.destroy();
    clock.cancelAll();
    await Promise.all([closed, driven]);
    parts.activity.end(new SimulatorError("SIMULATOR_CLOSED", "the simulator was closed while something was awaited"));
  };
  return () => (closing ??= close());
}
