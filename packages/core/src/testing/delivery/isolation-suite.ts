// Rule 15 under stress: expressions that loop, explode and backtrack, in an engine with a pipeline that is well.
// Not here: that an expression's failure is its own message's alone (counting-tests.ts).
import type { Settlement } from "../../message.ts";
import type { TestKit } from "../test-kit.ts";
import type { DeliverySuite } from "./delivery-suite.ts";
import { startTestEngine, type TestEngine } from "./harness.ts";
import { watchLoop } from "./loop-probe.ts";

const sick = ["loops", "explodes", "backtracks"] as const;
const each = 5;
const limitMs = 250;

const yaml = `name: loops
source: { feed: { id: loops } }
limits: { depth: 100000 }
steps:
  - transform: |
      (
        $forever := function($n) { $forever($n + 1) };
        { "n": n, "late": $forever(n) }
      )
sinks:
  - probe: { id: sick }
---
name: explodes
source: { feed: { id: explodes } }
sinks:
  - probe: { id: sick }
    transform: '$map([1..1000], function($n) { [1..900000] })'
---
name: backtracks
source: { feed: { id: backtracks } }
steps:
  - filter: $contains(text, /^(a*)*\\1b$/)
sinks:
  - probe: { id: sick }
---
name: well
source: { feed: { id: well } }
steps:
  - transform: '{ "n": n * 2 }'
sinks:
  - probe: { id: well }
    when: n >= 0
`;

/** Lines of the file on which the expressions of the sick pipelines stand. */
const places = { loops: [6, 9], explodes: [17, 17], backtracks: [22, 22] } as const;

/** Sick expressions and the latency of others, on one store: the store makes no difference to them. */
export function isolationSuite({ afterAll, beforeAll, describe, expect, test }: TestKit, suite: DeliverySuite): void {
  describe(`isolation: ${suite.name}`, () => {
    let run: TestEngine;
    let stop: () => Promise<void>;
    let loop: ReturnType<ReturnType<typeof watchLoop>["stop"]>;
    let settlements: readonly Settlement[];
    /** Answers of the pipeline that is well, in their order, while the others were ill. */
    let answered = 0;

    beforeAll(async () => {
      const fixture = await suite.setup();
      run = await startTestEngine(fixture, yaml);
      stop = () => fixture.stop();
      const probe = watchLoop();
      let isOver = false;
      const healthy = sendUntil(run, () => isOver);
      settlements = await Promise.all(sick.flatMap((name) => sendSick(run, name)));
      loop = probe.stop();
      isOver = true;
      answered = await healthy;
    });
    afterAll(async () => {
      await run.engine.stop();
      await stop();
    });

    test("D15 an expression that loops, explodes or backtracks fails each of its messages, with its place", async () => {
      expect(settlements.map(({ deadLettered }) => deadLettered)).toEqual(settlements.map(() => 1));
      expect(run.probe("sick").tried).toEqual([]);
      for (const pipeline of sick) {
        const letters = await run.engine.deadLetters.list({ pipeline, limit: 100 });
        const ids = letters.map(({ original }) => original.id).sort();
        expect(ids).toEqual(Array.from({ length: each }, (_, index) => `${pipeline}${index}`));
        expect(letters.map(({ code }) => code)).toEqual(ids.map(() => "EXPRESSION_LIMIT"));
        const lines = run.log.lines.filter(({ fields }) => fields["pipeline"] === pipeline && "at" in fields);
        const at = lines.map(({ fields }) => /^pipelines\/test\.yaml:(\d+):\d+$/.exec(String(fields["at"]))?.[1]);
        const [first, last] = places[pipeline];
        expect(at.filter((line) => Number(line) >= first && Number(line) <= last).length).toBe(each);
      }
    });

    test("D3 every message of every pipeline is accounted for", () => {
      for (const name of sick) {
        const expected = { received: each, settled: each, inFlight: 0, parked: 0, unaccounted: 0 };
        expect(run.counts(name)).toMatchObject(expected);
      }
      const expected = { received: answered, settled: answered, deadLettered: 0, inFlight: 0, unaccounted: 0 };
      expect(run.counts("well")).toMatchObject(expected);
      const doubled = Array.from({ length: answered }, (_, index) => ({ n: index * 2 }));
      expect(run.probe("well").got.map(({ body }) => body)).toEqual(doubled);
    });

    test("D15 the messages of other pipelines flow meanwhile", () => {
      // The messages of a pipeline are evaluated one after another, and a loop takes all the time it may.
      expect(loop.watchedMs).toBeGreaterThan(0.8 * each * limitMs);
      // On the main thread the evaluations would hold it nearly all of the time.
      expect(loop.blockedMs).toBeLessThan(loop.watchedMs / 3);
      expect(loop.longestMs).toBeLessThan(loop.watchedMs / 3);
      expect(answered).toBeGreaterThan(10 * settlements.length);
    });
  });
}

function sendSick(run: TestEngine, name: (typeof sick)[number]): Promise<Settlement>[] {
  const body = { n: 1, text: "a".repeat(5000) };
  return Array.from({ length: each }, (_, index) =>
    run.feed(name).send({ id: `${name}${index}`, device: `d${index}`, body }),
  );
}

/** One message after another, each in a turn of its own; how many. */
async function sendUntil(run: TestEngine, isOver: () => boolean): Promise<number> {
  let sent = 0;
  while (!isOver()) {
    await run.feed("well").send({ id: `well${sent}`, device: "d", body: { n: sent } });
    sent++;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return sent;
}
