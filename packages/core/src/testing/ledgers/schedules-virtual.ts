import type { TestKit } from "../test-kit.ts";
import { scheduleCatchUpTests } from "./schedule-catch-up-tests.ts";
import { scheduleFaultTests } from "./schedule-fault-tests.ts";
import { scheduleTroubleTests } from "./schedule-trouble-tests.ts";
import { scheduleHandTests } from "./schedule-hand-tests.ts";
import { scheduleOverlapTests } from "./schedule-overlap-tests.ts";
import { scheduleRemovalTests } from "./schedule-removal-tests.ts";
import { scheduleRestartTests } from "./schedule-restart-tests.ts";
import { scheduleTimeTests } from "./schedule-time-tests.ts";
import type { OpenInVirtualTime } from "./schedule-world.ts";

/** Rule 12 of the law in virtual time, on any store and queue whose only time is the clock's. */
export function schedulesInVirtualTime(kit: TestKit, open: OpenInVirtualTime): void {
  kit.describe("schedules in virtual time", () => {
    scheduleTimeTests(kit, open);
    scheduleRestartTests(kit, open);
    scheduleFaultTests(kit, open);
    scheduleTroubleTests(kit, open);
    scheduleOverlapTests(kit, open);
    scheduleCatchUpTests(kit, open);
    scheduleHandTests(kit, open);
    scheduleRemovalTests(kit, open);
  });
}
