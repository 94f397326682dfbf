import type { FaultControls } from "@signalbox/akenza-simulator";
import { sleep, systemClock } from "@signalbox/core";
import { readStatus, unaccountedIn } from "./engine-status.ts";
import type { Fault, RestFault, SocketFault } from "./faults.ts";
import type { World } from "./world.ts";

/** What a run counts of the faults that were carried out. */
export interface Tally {
  /** When: milliseconds since the epoch. */
  readonly killedAt: number[];
  stops: number;
  storeRestarts: number;
  reloads: number;
}

export interface ActionsOptions {
  readonly world: World;
  readonly tally: Tally;
  readonly onFailure: (text: string) => void;
}

/** Carries out a fault; resolves when its time is over. */
export async function carryOut(fault: Fault, options: ActionsOptions): Promise<void> {
  const { world, tally } = options;
  switch (fault.class) {
    case "sinks":
      world.setMood(fault.receiver, fault.mood);
      await sleep(systemClock, fault.forMs);
      return world.setMood(fault.receiver, "good");
    case "store":
      tally.storeRestarts += fault.how === "freeze" ? 0 : 1;
      return fault.how === "restart" ? world.store.restart() : world.store[fault.how](fault.forMs);
    case "stop":
      return stop(fault.forMs, options);
    case "kill":
      tally.killedAt.push(systemClock.now());
      return world.engine.takeDown("SIGKILL", fault.forMs);
    case "socket":
      return disturbSocket(world.simulator.faults, fault.how, fault.forMs);
    case "rest":
      return world.simulator.faults.failRequests({ times: fault.times, ...restFault(fault.how) });
    case "clock":
      return world.engine.shiftClock(fault.shiftMs);
    case "reload":
      tally.reloads += 1;
      await world.rewrite();
      return world.engine.hangUp();
  }
}

async function stop(forMs: number, { world: { dir, engine }, tally, onFailure }: ActionsOptions): Promise<void> {
  tally.stops += 1;
  const status = await readStatus(dir);
  for (const text of status === undefined ? [] : unaccountedIn(status)) onFailure(`before SIGTERM, ${text}`);
  await engine.takeDown("SIGTERM", forMs);
}

/** Resolves when a client of the simulator has subscribed to what the pipelines ask for. */
export function subscribed({ simulator }: World): Promise<void> {
  return simulator.until(() => {
    const live = simulator.subscriptions().flatMap(({ subscriptions }) => subscriptions);
    const assets = new Set(live.map(({ assetId }) => assetId));
    const isTagThere = live.some(({ tagId }) => tagId !== null);
    return isTagThere && simulator.devices.every(({ id, tags }) => tags.length > 0 || assets.has(id));
  });
}

async function disturbSocket(faults: FaultControls, how: SocketFault, forMs: number): Promise<void> {
  switch (how) {
    case "drop":
      return void faults.dropConnections();
    case "goodbye":
      return void faults.dropConnections({ closeFrame: true });
    case "silence":
      // Half-open, then gone: TCP does not let a peer lose some frames and go on with the next.
      faults.silenceConnections();
      await sleep(systemClock, forMs);
      return void faults.dropConnections();
    case "refuse":
      faults.refuseUpgrades({ status: 503, times: 2 });
      return void faults.dropConnections();
    case "ungreeted":
      faults.withholdGreetings();
      return void faults.dropConnections();
    case "garbage":
      return void faults.sendGarbage({ kind: "brokenFrame" });
  }
}

function restFault(how: RestFault): Parameters<FaultControls["failRequests"]>[0] {
  switch (how) {
    case "429":
      return { status: 429, retryAfter: 1 };
    case "500":
      return { status: 500 };
    case "slow":
      return { delayMs: 2_000 };
    case "cut":
      return { cut: "before" };
    case "lost":
      return { cut: "after" };
  }
}
