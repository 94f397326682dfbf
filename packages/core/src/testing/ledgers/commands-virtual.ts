import type { TestKit } from "../test-kit.ts";
import { commandConfirmCrashTests } from "./command-confirm-crash-tests.ts";
import { commandConfirmTests } from "./command-confirm-tests.ts";
import { commandFaultTests } from "./command-fault-tests.ts";
import { commandFlowTests } from "./command-flow-tests.ts";
import { commandTurnTests } from "./command-turn-tests.ts";
import { commandWaitingTests } from "./command-waiting-tests.ts";
import type { OpenInVirtualTime } from "./schedule-world.ts";

/** Rule 13 of the law in virtual time, on any store and queue whose only time is the clock's. */
export function commandsInVirtualTime(kit: TestKit, open: OpenInVirtualTime): void {
  kit.describe("commands in virtual time", () => {
    commandFlowTests(kit, open);
    commandFaultTests(kit, open);
    commandTurnTests(kit, open);
    commandWaitingTests(kit, open);
    commandConfirmTests(kit, open);
    commandConfirmCrashTests(kit, open);
  });
}
