// The world of one run: akenza, the receiving systems, the store and the engine, put together and taken away.
import { createSimulator, type Simulator } from "@signalbox/akenza-simulator";
import { freePort, type Random } from "@signalbox/core/testing";
import { Book } from "./book.ts";
import { type Callers, createCallers } from "./callers.ts";
import { EngineKeeper } from "../proving/engine-keeper.ts";
import type { FaultClass } from "./faults.ts";
import { assembled, type Closing, closeAll } from "../proving/closing.ts";
import type { Journal } from "../proving/journal.ts";
import { makeRunFolder, writeProject } from "../proving/run-folder.ts";
import { type LiveReceiver, openLiveReceiver } from "./live-receiver.ts";
import type { Mood } from "./moods.ts";
import {
  chaosTag,
  devices,
  httpReceivers,
  itemsOf,
  liveReceiver,
  type ProjectForm,
  projectFiles,
  receiverNames,
} from "./project.ts";
import { type Receivers, startReceivers } from "./receivers.ts";
import { type StoreServer, type StoreName, startStore } from "../proving/store.ts";
import { createTraffic, type StoredSample, type Traffic } from "./traffic.ts";

export interface WorldOptions {
  readonly store: StoreName;
  readonly random: Random;
  readonly classes: ReadonlySet<FaultClass>;
  readonly samplesPerSecond: number;
  /** `main.js` of the engine under test. */
  readonly program: string;
  readonly form: ProjectForm;
  /** Told of what must not happen, in a sentence. */
  readonly onFailure: (text: string) => void;
}

export interface World {
  /** The project folder, with the engine's log and what the receiving systems wrote down under `observed`. */
  readonly dir: string;
  readonly simulator: Simulator;
  readonly engine: EngineKeeper;
  readonly store: StoreServer;
  readonly traffic: Traffic;
  readonly callers: Callers;
  /** Up to date with what came. */
  books(): readonly Book[];
  setMood(receiver: string, mood: Mood): void;
  /** Writes the pipelines' files anew, in another text of the same meaning. */
  rewrite(): Promise<void>;
  /** Ends everything; the folder stays. */
  close(): Promise<void>;
}

/** Makes a world; the engine is not started yet. */
export function createWorld(options: WorldOptions): Promise<World> {
  return assembled((closing) => assemble(options, closing));
}

async function assemble(options: WorldOptions, closing: Closing): Promise<World> {
  const { random, form, onFailure } = options;
  const { dir, journal } = await makeRunFolder("chaos", closing);
  const books = new Map(receiverNames.map((name) => [name, new Book(name)]));
  const store = await startStore(options.store);
  closing.push(() => store.stop());
  const simulator = await startSimulator();
  closing.push(() => simulator.close());
  const { receivers, live } = await startReceiving({ random, simulator, books, journal }, closing);
  const port = await freePort();
  const env = {
    AKENZA_API_KEY: simulator.apiKey,
    AKENZA_BASE_URL: simulator.url,
    SIGNALBOX_HTTP_PORT: String(port),
    ...store.env,
  };
  const engine = new EngineKeeper({ program: options.program, dir, env, log: journal("engine") }, onFailure);
  closing.push(() => engine.kill());
  let revision = 0;
  const rewrite = (): Promise<void> =>
    writeProject(dir, projectFiles({ httpUrl: receivers.url, liveUrl: live.url, revision: revision++, form }));
  await rewrite();
  return {
    dir,
    simulator,
    engine,
    store,
    traffic: createTraffic({ ...options, simulator, onStored: bookkeeper(books, journal("stored")) }),
    callers: createCallers({
      url: `http://127.0.0.1:${port}`,
      book: bookOf(books, "called"),
      random: random.fork("callers"),
      launches: () => engine.launches,
      isEverKilled: options.classes.has("kill"),
      onRefusal: onFailure,
    }),
    books() {
      live.read();
      return [...books.values()];
    },
    setMood: (name, mood) => (name === liveReceiver ? live.setMood(mood) : receivers.setMood(name, mood)),
    rewrite,
    close: () => closeAll(closing),
  };
}

function startSimulator(): Promise<Simulator> {
  return createSimulator({
    fleet: {},
    devices: devices.map(({ id, isTagged }) => ({
      id,
      name: id,
      tags: isTagged ? [{ id: chaosTag, name: "chaos" }] : [],
    })),
    historySize: 2_000_000,
    logSize: 200_000,
  });
}

interface Receiving {
  readonly random: Random;
  readonly simulator: Simulator;
  readonly books: ReadonlyMap<string, Book>;
  readonly journal: (name: string) => Journal;
}

async function startReceiving(
  { random, simulator, books, journal }: Receiving,
  closing: Closing,
): Promise<{ receivers: Receivers; live: LiveReceiver }> {
  const receivers = await startReceivers({
    receivers: httpReceivers.map((receiver) => ({ ...receiver, book: bookOf(books, receiver.name) })),
    journal: journal("requests"),
    random: random.fork("receivers"),
  });
  closing.push(() => receivers.close());
  const live = await openLiveReceiver({
    name: liveReceiver,
    simulator,
    book: bookOf(books, liveReceiver),
    journal: journal("frames"),
  });
  closing.push(() => live.close());
  return { receivers, live };
}

function bookkeeper(
  books: ReadonlyMap<string, Book>,
  journal: Journal,
): (sample: StoredSample, isSent: boolean) => void {
  return (sample, isSent) => {
    journal.write({ ...sample, isSent });
    for (const [receiver, book] of books) {
      for (const item of itemsOf(receiver, sample)) {
        book.expect(item);
        book.owe(item.id);
      }
    }
  };
}

function bookOf(books: ReadonlyMap<string, Book>, name: string): Book {
  const book = books.get(name);
  if (book === undefined) throw new Error(`no receiving system is called ${name}`);
  return book;
}
