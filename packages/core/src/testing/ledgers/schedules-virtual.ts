import type { TestKit } from "../test-kit.ts";
import { scheduleFaultTests } from "./schedule-fault-tests.ts";
import { scheduleRestartTests } from "./schedule-restart-tests.ts";
import { scheduleTimeTests } from "./schedule-time-tests.ts";
import type { OpenInVirtualTime } from "./schedule-world.ts";

/** Rule 12 of the law in virtual time, on any store and queue whose only time is the clock's. */
export function schedulesInVirtualTime(kit: TestKit, open: OpenInVirtualTime): void {
  kit.describe("schedules in virtual time", () => {
    scheduleTimeTests(kit, open);
    scheduleRestartTests(kit, open);
    scheduleFaultTests(kit, open);
  });
}
