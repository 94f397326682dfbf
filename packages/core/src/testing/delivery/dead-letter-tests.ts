import { delivered } from "../../component/contracts.ts";
import { messageOf, SignalboxError } from "../../errors/error.ts";
import type { DeadLetter } from "../../runtime/dead-letters.ts";
import type { TestKit } from "../test-kit.ts";
import { failedForGood, failedForNow } from "./failures.ts";
import { type DeliveryFixture, startTestEngine, type TestEngine } from "./harness.ts";

const shaping = (name: string): string => `name: ${name}
source: { feed: { id: in } }
steps:
  - filter: $exists(n)
sinks:
  - probe: { id: a }
    name: a
    when: n > 0
    transform: '{ "shaped": n }'
    retry: { attempts: 2, backoff: 5ms, maxBackoff: 5ms }
`;
const ada = { to: "pipeline", by: "ada" } as const;
const adaToSink = { to: "sink", by: "ada" } as const;

/** Rule 4, what an operator does with dead letters. */
export function deadLetterTests({ test, expect }: TestKit, fixture: () => DeliveryFixture): void {
  test("D4 a redriven message goes the whole way again under its own id, and its letter goes", async () => {
    const run = await startTestEngine(fixture(), shaping("redriven"));
    const letter = await dies(run, "redriven", { id: "m", device: "d", body: { n: 1 } });
    run.probe("a").answer = () => delivered;
    expect(await run.engine.deadLetters.redrive(letter.id, ada)).toBe("delivered");
    expect(run.probe("a").got).toMatchObject([{ id: "m", body: { shaped: 1 }, meta: { device: "d" } }]);
    expect(run.probe("a").got[0]?.meta.redriven).toMatchObject([{ letter: letter.id, by: "ada", to: "pipeline" }]);
    expect(await lettersOf(run, "redriven")).toEqual([]);
    expect(run.counts("redriven")).toMatchObject({ received: 1, redriven: 1, settled: 2, unaccounted: 0 });
    expect(run.writes("redriven", "a")).toMatchObject({ due: 2, delivered: 1, deadLettered: 1, unaccounted: 0 });
    await expectCode(run.engine.deadLetters.redrive(letter.id, ada), "DEAD_LETTER_UNKNOWN");
    await run.engine.stop();

    async function expectCode(promise: Promise<unknown>, code: string): Promise<void> {
      expect(await codeOf(promise)).toBe(code);
    }
  });

  test("D4 a redriven message that dies again has one letter, which knows what went before", async () => {
    const run = await startTestEngine(fixture(), shaping("again"));
    const first = await dies(run, "again", { id: "m", body: { n: 1 } });
    expect(await run.engine.deadLetters.redrive(first.id, ada)).toBe("died");
    run.probe("a").answer = () => failedForGood("still wrong");
    expect(await run.engine.deadLetters.redrive(first.id, adaToSink)).toBe("died");
    const [second, ...others] = await lettersOf(run, "again");
    expect(others).toEqual([]);
    expect(second).toMatchObject({ id: first.id, cause: "still wrong", original: { id: "m", body: { n: 1 } } });
    expect(second?.redrives).toMatchObject([
      { to: "pipeline", outcome: "died", code: first.code, diedAt: first.diedAt },
      { to: "sink", outcome: "died", by: "ada" },
    ]);
    await run.engine.stop();
  });

  test("D4 straight to the sink, a message passes no step, condition or transform again", async () => {
    const run = await startTestEngine(fixture(), shaping("direct"));
    const letter = await dies(run, "direct", { id: "m", body: { n: 1 } });
    await run.engine.stop();
    const stricter = shaping("direct").replace("n > 0", "n > 5").replace('"shaped"', '"other"');
    const next = await startTestEngine(fixture(), stricter);
    const { deadLetters } = next.engine;
    const untried = await deadLetters.preview(letter.id, "pipeline");
    expect(untried.results).toEqual([{ message: "m", status: "discarded", reason: "no-route" }]);
    expect((await deadLetters.preview(letter.id, "sink")).results).toEqual([
      { message: "m", sink: "a", status: "written", body: { shaped: 1 } },
    ]);
    expect(next.probe("a").tried).toEqual([]);
    expect(await deadLetters.redrive(letter.id, adaToSink)).toBe("delivered");
    expect(next.probe("a").got).toMatchObject([{ id: "m", body: { shaped: 1 } }]);
    expect(next.counts("direct")).toMatchObject({ redriven: 1, settled: 1, unaccounted: 0 });
    await next.engine.stop();
  });

  test("D6 an edited message is sent under a new id, and the edit must fit the way it takes", async () => {
    const run = await startTestEngine(fixture(), shaping("edited"));
    const { deadLetters } = run.engine;
    const letter = await dies(run, "edited", { id: "m", body: { n: 1 } });
    await deadLetters.edit(letter.id, { part: "original", body: { n: 7 }, by: "ada" });
    const kept = await deadLetters.edit(letter.id, { part: "original", body: { n: 8 }, by: "ada" });
    expect(kept).toMatchObject({ original: { id: "m", body: { n: 1 } }, edit: { body: { n: 8 }, by: "ada" } });
    expect(await codeOf(deadLetters.redrive(letter.id, adaToSink))).toBe("DEAD_LETTER_EDIT_MISFIT");
    run.probe("a").answer = () => delivered;
    expect(await deadLetters.redrive(letter.id, ada)).toBe("delivered");
    expect(run.probe("a").got).toMatchObject([{ id: "m~2", body: { shaped: 8 } }]);
    expect(await lettersOf(run, "edited")).toEqual([]);
    await run.engine.stop();
  });

  test("D4 a letter goes once its message is parked, and comes back with its history when it dies there", async () => {
    const run = await startTestEngine(fixture(), shaping("parked"));
    const letter = await dies(run, "parked", { id: "m", device: "d", body: { n: 1 } });
    const tries: (() => void)[] = [];
    run.probe("a").answer = (_, nth) =>
      nth === 2 ? failedForNow() : new Promise((resolve) => tries.push(() => resolve(failedForGood("in the lane"))));
    expect(await run.engine.deadLetters.redrive(letter.id, ada)).toBe("parked");
    expect(await lettersOf(run, "parked")).toEqual([]);
    await run.until(() => tries.length === 1);
    tries[0]?.();
    await run.until(() => run.counts("parked").parked === 0);
    const [again, ...others] = await lettersOf(run, "parked");
    expect(others).toEqual([]);
    expect(again).toMatchObject({ id: letter.id, cause: "in the lane", redrives: [{ outcome: "died" }] });
    expect(run.counts("parked")).toMatchObject({ received: 1, redriven: 1, settled: 2, unaccounted: 0 });
    await run.engine.stop();
  });

  test("D4 what a redrive needs and is gone is said: the pipeline, the sink", async () => {
    const run = await startTestEngine(fixture(), shaping("vanished"));
    const letter = await dies(run, "vanished", { id: "m", body: { n: 1 } });
    await run.engine.stop();
    const renamed = await startTestEngine(fixture(), shaping("vanished").replace("name: a", "name: b"));
    expect(await codeOf(renamed.engine.deadLetters.redrive(letter.id, adaToSink))).toBe("DEAD_LETTER_SINK_GONE");
    await renamed.engine.stop();
    const other = await startTestEngine(fixture(), shaping("other"));
    expect(await codeOf(other.engine.deadLetters.redrive(letter.id, ada))).toBe("DEAD_LETTER_PIPELINE_GONE");
    expect(await codeOf(other.engine.deadLetters.preview(letter.id, "pipeline"))).toBe("DEAD_LETTER_PIPELINE_GONE");
    expect(await lettersOf(other, "vanished")).toEqual([letter]);
    await other.engine.stop();
  });

  test("D4 a preview takes a message through steps and conditions, and says what it cannot know", async () => {
    const yaml = `name: previewed
source: { feed: { id: in } }
steps:
  - throttle: { interval: 1h }
  - split: parts
  - transform: '{ "n": -n }'
sinks:
  - probe: { id: a }
    name: a
    when: n = -1
  - probe: { id: b }
    name: b
    transform: '{ "twice": n * 2 }'
`;
    const run = await startTestEngine(fixture(), yaml);
    await run.feed("in").send({ id: "m", body: { parts: [{ n: 1 }, { n: "two" }] } });
    const [letter] = await lettersOf(run, "previewed");
    const preview = await run.engine.deadLetters.preview(letter?.id ?? "", "pipeline");
    expect(preview.results).toMatchObject([
      { message: "m#0", sink: "a", status: "written", body: { n: -1 } },
      { message: "m#0", sink: "b", status: "written", body: { twice: -2 } },
      { message: "m#1", status: "dead", code: "EXPRESSION_FAILED", at: { line: 6 } },
    ]);
    expect(preview.notes).toMatchObject([expect.stringContaining('step "throttle"')]);
    expect([run.probe("a").tried, run.counts("previewed").redriven]).toEqual([[{ n: -1 }], 0]);
    await run.engine.stop();
  });

  test("D7 several are redriven in the order given, so that a device's messages keep theirs", async () => {
    const run = await startTestEngine(fixture(), shaping("several"));
    run.probe("a").answer = () => failedForGood();
    for (const n of [1, 2, 3, 4]) await run.feed("in").send({ id: `m${n}`, device: "d", body: { n } });
    const letters = await run.engine.deadLetters.list({ pipeline: "several", oldestFirst: true, limit: 10 });
    run.probe("a").answer = () => delivered;
    const ids = [...letters.map(({ id }) => id), "nobody"];
    const results = await run.engine.deadLetters.redriveAll(ids, ada, 1000);
    expect(results.map(({ outcome }) => outcome)).toEqual([...letters.map(() => "delivered"), "refused"]);
    expect(results.at(-1)?.problem?.code).toBe("DEAD_LETTER_UNKNOWN");
    expect(run.probe("a").got.map(({ id }) => id)).toEqual(letters.map(({ original }) => original.id));
    await run.engine.stop();
  });

  test("D4 a thousand deaths are a thousand letters and a dozen lines of the log", async () => {
    const run = await startTestEngine(fixture(), shaping("many"));
    run.probe("a").answer = () => failedForGood();
    await Promise.all(Array.from({ length: 1000 }, (_, n) => run.feed("in").send({ id: `m${n}`, body: { n: n + 1 } })));
    expect(run.engine.status().deadLetters.count).toBeGreaterThanOrEqual(1000);
    expect(await run.engine.deadLetters.list({ pipeline: "many", limit: 2000 })).toHaveLength(1000);
    await run.engine.stop();
    const said = run.log.lines.filter(({ level, fields }) => level === "error" && fields["pipeline"] === "many");
    const counted = said.reduce(
      (sum, { fields }) => sum + (typeof fields["count"] === "number" ? fields["count"] : 1),
      0,
    );
    expect(counted).toBe(1000);
    expect(said.length).toBeLessThan(20);
  });
}

/** The letter of a message that its sink refuses. */
async function dies(
  run: TestEngine,
  pipeline: string,
  event: { id: string; device?: string; body: unknown },
): Promise<DeadLetter> {
  run.probe("a").answer = () => failedForGood();
  await run.feed("in").send(event);
  const [letter] = await lettersOf(run, pipeline);
  if (letter === undefined) throw new Error("the message did not die");
  return letter;
}

function lettersOf(run: TestEngine, pipeline: string): Promise<readonly DeadLetter[]> {
  return run.engine.deadLetters.list({ pipeline, limit: 10 });
}

function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "none",
    (error: unknown) => (error instanceof SignalboxError ? error.code : messageOf(error)),
  );
}
