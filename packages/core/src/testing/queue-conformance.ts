import type { LogFields, Logger } from "../log.ts";
import type { Queue } from "../ports/queue.ts";
import type { CrashChild } from "./crash-child.ts";
import { queueFaultConformance } from "./queue-conformance-faults.ts";
import { queueRunConformance } from "./queue-conformance-runs.ts";
import type { Skip, TestKit } from "./test-kit.ts";

/** A queue under test. */
export interface QueueFixture {
  /** Another handle on the same jobs, not open yet. One handle is open at a time. */
  create(): Queue;
  /**
   * Child processes on the same jobs. `add` adds jobs `{ id: "1", data: { n: 1 } }, ...` to the topic `crash-add`, and prints
   * `ready`, then each id once it is acknowledged. `hold` works on the topic `crash-hold`, ten at once, prints the id of each
   * job it is given, and never ends one. Or why there can be none.
   */
  readonly children: { add(): CrashChild; hold(): CrashChild } | Skip;
  /** Ends what the fixture started. */
  stop(): Promise<void>;
}

export interface QueueSuite {
  readonly name: string;
  /** Why this queue cannot be tested here; its tests are then reported as skipped. */
  readonly skip?: Skip | undefined;
  /** `log` is what every handle logs to. */
  setup(log: Logger): Promise<QueueFixture>;
}

/** What the tests of a queue share. */
export interface QueueBench {
  queue(): Queue;
  readonly logged: readonly LogFields[];
  /** Closes the queue and opens another handle on the same jobs. `between` runs while none is open. */
  reopen(between?: () => Promise<void>): Promise<Queue>;
  children(): QueueFixture["children"];
}

/** What every queue must do, told as tests. The same number of tests for each. */
export function queueConformance(kit: TestKit, suite: QueueSuite): void {
  const { describe, beforeAll, afterAll } = kit;
  const title = suite.skip === undefined ? suite.name : `${suite.name} (skipped: ${suite.skip})`;

  describe.skipIf(suite.skip !== undefined)(`queue conformance: ${title}`, () => {
    const logged: LogFields[] = [];
    let fixture: QueueFixture;
    let current: Queue;

    beforeAll(async () => {
      fixture = await suite.setup(failureLog(logged));
      current = fixture.create();
      await current.open();
    });
    afterAll(async () => {
      await current.close();
      await fixture.stop();
    });

    const bench: QueueBench = {
      queue: () => current,
      logged,
      children: () => fixture.children,
      async reopen(between) {
        await current.close();
        await between?.();
        current = fixture.create();
        await current.open();
        return current;
      },
    };
    queueRunConformance(kit, bench);
    queueFaultConformance(kit, bench);
  });
}

/** Keeps the fields of what is logged as a warning or an error. */
function failureLog(logged: LogFields[]): Logger {
  const note = (fields: LogFields): void => void logged.push(fields);
  const log: Logger = { debug: () => undefined, info: () => undefined, warn: note, error: note, child: () => log };
  return log;
}
