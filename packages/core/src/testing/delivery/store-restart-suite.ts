import { delivered } from "../../component/contracts.ts";
import type { Skip, TestKit } from "../test-kit.ts";
import { failedForNow } from "./failures.ts";
import { type DeliveryFixture, startTestEngine, stopEngines, type TestEngine } from "./harness.ts";

/** A store whose server a test can kill. */
export interface RestartFixture extends DeliveryFixture {
  /** Ends the server at once, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again, on what it had on disk. */
  restart(): Promise<void>;
}

export interface RestartSuite {
  readonly name: string;
  readonly skip?: Skip | undefined;
  setup(): Promise<RestartFixture>;
}

const devices = ["a", "b", "c", "d"];
const perDevice = 50;
const all = devices.length * perDevice;
/** A store that comes back is noticed within seconds, and BullMQ's locks of 5 s may have to run out. */
const limitMs = 60_000;

const yaml = (name: string): string => `name: ${name}
source: { feed: { id: in } }
sinks:
  - probe: { id: a }
    retry: { attempts: 1000, backoff: 20ms, maxBackoff: 100ms }
`;

interface Body {
  readonly device: string;
  readonly nth: number;
}

/** Rules 4 and 5 when the store's server dies and comes back: acknowledged or not, nothing may be missing. */
export function storeRestartSuite(
  { describe, test, expect, beforeAll, afterAll, afterEach }: TestKit,
  suite: RestartSuite,
): void {
  const title = suite.skip === undefined ? suite.name : `${suite.name} (skipped: ${suite.skip})`;
  describe.skipIf(suite.skip !== undefined)(`a store restart loses nothing: ${title}`, () => {
    let store: RestartFixture;
    beforeAll(async () => {
      store = await suite.setup();
    });
    afterAll(() => store.stop());
    afterEach(() => stopEngines(store));

    async function crash(): Promise<void> {
      await store.kill();
      await store.restart();
    }

    function expectAll(run: TestEngine): void {
      for (const device of devices)
        expect(firstsOf(run, device)).toEqual(Array.from({ length: perDevice }, (_, n) => n));
    }

    test(
      "D4 D5 killed while messages are parked: what was parked is there, what was on its way is parked later",
      async () => {
        const run = await startTestEngine(store, yaml("parking"));
        let isWell = false;
        run.probe("a").answer = () => (isWell ? delivered : failedForNow());
        let parked = 0;
        const sent = messages().map(async (each) => {
          const settlement = await run.feed("in").send(each);
          parked += settlement.parked;
        });
        await run.until(() => parked > 20);
        await crash();
        await Promise.all(sent);
        expect(parked).toBe(all);
        isWell = true;
        await run.until(() => isComplete(run));
        expectAll(run);
        expect(run.counts("parking")).toMatchObject({ received: all, inFlight: 0, unaccounted: 0 });
        await run.engine.stop();
      },
      limitMs,
    );

    test(
      "D4 D5 D7 killed while lanes are worked off: all is delivered, each device in order",
      async () => {
        const run = await startTestEngine(store, yaml("draining"));
        let isWell = false;
        run.probe("a").answer = () => (isWell ? delivered : failedForNow());
        await Promise.all(messages().map((each) => run.feed("in").send(each)));
        isWell = true;
        await run.probe("a").until((got) => got.length > 40);
        const left = all - run.probe("a").got.length;
        await crash();
        expect(left).toBeGreaterThan(0);
        await run.until(() => isComplete(run) && run.counts("draining").parked <= 0);
        expectAll(run);
        expect(run.counts("draining")).toMatchObject({ inFlight: 0, unaccounted: 0 });
        await run.engine.stop();
      },
      limitMs,
    );

    test(
      "D5 killed, and the engine ended before it came back: the next one has what was parked",
      async () => {
        const first = await startTestEngine(store, yaml("ended"));
        first.probe("a").answer = () => failedForNow();
        await Promise.all(messages().map((each) => first.feed("in").send(each)));
        await store.kill();
        await first.engine.stop();
        await store.restart();
        const next = await startTestEngine(store, yaml("ended"));
        await next.until(() => isComplete(next));
        expectAll(next);
        await next.engine.stop();
      },
      limitMs,
    );
  });
}

function messages(): readonly { id: string; device: string; body: Body }[] {
  return Array.from({ length: all }, (_, index) => {
    const device = devices[index % devices.length] ?? "";
    const nth = Math.floor(index / devices.length);
    return { id: `${device}${nth}`, device, body: { device, nth } };
  });
}

/** In which order a device's messages were delivered for the first time; a repetition is allowed. */
function firstsOf(run: TestEngine, device: string): readonly number[] {
  const bodies = run.probe("a").got.map(({ body }) => body as Body);
  return [...new Set(bodies.filter((body) => body.device === device).map(({ nth }) => nth))];
}

function isComplete(run: TestEngine): boolean {
  return devices.every((device) => firstsOf(run, device).length === perDevice);
}
