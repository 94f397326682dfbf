import { once } from "node:events";
import type { FleetSpec, Simulator, SimulatorOptions } from "@signalbox/akenza-simulator";
import { Command, InvalidArgumentError } from "commander";
import type { Session } from "../session.ts";
import { type Io, writeLine } from "../terminal/io.ts";
import { positiveNumber } from "./status.ts";
import { trouble, type Verb } from "./verb.ts";

interface Options {
  readonly port: number;
  readonly seed: number;
  readonly rate: number | "max";
  readonly devices?: FleetSpec;
  readonly play?: string;
  readonly loop?: boolean;
  readonly json?: boolean;
}

export function simulateVerb(session: Session): Verb {
  const command = new Command("simulate")
    .summary("run a simulated akenza")
    .description(
      "Runs an akenza on loopback: WebSocket, REST, a fleet of devices that answer to commands, and faults on demand. " +
        "Runs until it is stopped.",
    )
    .option("--port <port>", "port to listen on, 0 for a free one", wholeNumber, 8090)
    .option("--seed <number>", "everything that looks random follows from it", wholeNumber, 1)
    .option("--rate <count>", 'samples a minute, or "max" for as fast as the sockets take them', rate, 60)
    .option("--devices <list>", "devices of each model, as climate=5,valve=2; default: a building of twenty", fleet)
    .option("--play <file>", "play the samples of an NDJSON file in place of the fleet, once somebody has subscribed")
    .option("--loop", "with --play: start again at the end")
    .option("--json", "say where it listens as one line of JSON")
    .action(async (options: Options) => {
      session.finish(await simulate(session, options));
    });
  return {
    command,
    examples: [
      { line: "signalbox simulate", says: "twenty devices, a sample a second, on http://127.0.0.1:8090" },
      { line: "signalbox simulate --devices climate=100 --rate 60000", says: "a thousand samples a second" },
      { line: "signalbox simulate --play samples.ndjson --rate max", says: "a recording, as fast as it goes" },
    ],
    exitCodes: [{ code: 0, when: "it was stopped" }, trouble],
  };
}

async function simulate({ io }: Session, options: Options): Promise<number> {
  const stop = new AbortController();
  const off = io.onStop(() => stop.abort());
  // Loaded on use: no other verb but `run` needs it.
  const { createSimulator } = await import("@signalbox/akenza-simulator");
  const simulator = await createSimulator({ ...simulatorOptions(options), log: (line) => writeLine(io.stderr, line) });
  try {
    // Read to its end before anything is promised: a recording that cannot be played is trouble at once.
    if (options.play !== undefined) await simulator.prepare(options.play);
    announce(io, simulator, options);
    if (options.play === undefined) simulator.start();
    else await playOnceHeard(simulator, options.play, { options, signal: stop.signal });
    if (!stop.signal.aborted) await once(stop.signal, "abort");
  } finally {
    off();
    await simulator.close();
  }
  return 0;
}

function announce({ stdout }: Io, { url, webSocketUrl, apiKey, devices }: Simulator, { json = false }: Options): void {
  if (json) return writeLine(stdout, JSON.stringify({ url, webSocketUrl, apiKey, devices: devices.length }));
  writeLine(stdout, `A simulated akenza with ${devices.length} devices at ${url}`);
  writeLine(stdout, `Use it with AKENZA_BASE_URL=${url} AKENZA_API_KEY=${apiKey}`);
}

/** What nobody has subscribed to goes by unheard: the recording waits for its first listener. */
async function playOnceHeard(
  simulator: Simulator,
  recording: string,
  { options, signal }: { readonly options: Options; readonly signal: AbortSignal },
): Promise<void> {
  const isHeard = (): boolean => simulator.subscriptions().some(({ subscriptions }) => subscriptions.length > 0);
  try {
    await simulator.until(isHeard, signal);
    const pace = options.rate === "max" ? "max" : { samplesPerMinute: options.rate };
    await simulator.play(recording, { pace, loop: options.loop === true ? Number.POSITIVE_INFINITY : 1, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function simulatorOptions({ port, seed, rate, devices }: Options): SimulatorOptions {
  return { port, seed, samplesPerMinute: rate, ...(devices === undefined ? {} : { fleet: devices }) };
}

function wholeNumber(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It is a whole number.");
}

function rate(text: string): number | "max" {
  return text === "max" ? "max" : positiveNumber(text);
}

/** `climate=5,valve=2`; which models there are is the simulator's to say. */
function fleet(text: string): FleetSpec {
  const pairs = text.split(",").map((part) => {
    const match = /^\s*([a-z]+)=(\d+)\s*$/.exec(part);
    if (match === null) throw new InvalidArgumentError("It looks like climate=5,valve=2.");
    return [match[1] ?? "", Number(match[2])];
  });
  return Object.fromEntries(pairs) as FleetSpec;
}
