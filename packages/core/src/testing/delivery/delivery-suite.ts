import type { Skip, TestKit } from "../test-kit.ts";
import { batchTests } from "./batch-tests.ts";
import { breakerTests } from "./breaker-tests.ts";
import { countingTests } from "./counting-tests.ts";
import { deadLetterStoreTests } from "./dead-letter-store-tests.ts";
import { deadLetterTests } from "./dead-letter-tests.ts";
import { type DeliveryFixture, stopEngines } from "./harness.ts";
import { lostAnswerTests } from "./lost-answer-tests.ts";
import { openingTests } from "./opening-tests.ts";
import { orderTests } from "./order-tests.ts";
import { parkingTests } from "./parking-tests.ts";
import { queuedTests } from "./queued-tests.ts";
import { reloadTests } from "./reload-tests.ts";
import { routingTests } from "./routing-tests.ts";
import { standstillTests } from "./standstill-tests.ts";
import { stoppingTests } from "./stopping-tests.ts";

export interface DeliverySuite {
  readonly name: string;
  /** Why this store cannot be tested here; its tests are then reported as skipped. */
  readonly skip?: Skip | undefined;
  setup(): Promise<DeliveryFixture>;
}

/** The rules of delivery.md, each test under its rule's number, on one store. */
export function deliverySuite(kit: TestKit, suite: DeliverySuite): void {
  const { describe, beforeAll, afterAll, afterEach } = kit;
  const title = suite.skip === undefined ? suite.name : `${suite.name} (skipped: ${suite.skip})`;
  describe.skipIf(suite.skip !== undefined)(`delivery: ${title}`, () => {
    let current: DeliveryFixture;
    const fixture = (): DeliveryFixture => current;
    beforeAll(async () => {
      current = await suite.setup();
    });
    afterAll(() => current.stop());
    afterEach(() => stopEngines(current));
    openingTests(kit, fixture);
    countingTests(kit, fixture);
    parkingTests(kit, fixture);
    lostAnswerTests(kit, fixture);
    orderTests(kit, fixture);
    routingTests(kit, fixture);
    deadLetterTests(kit, fixture);
    deadLetterStoreTests(kit, fixture);
    batchTests(kit, fixture);
    breakerTests(kit, fixture);
    standstillTests(kit, fixture);
    queuedTests(kit, fixture);
    reloadTests(kit, fixture);
    stoppingTests(kit, fixture);
  });
}
