import type { NewCommand } from "../../commands/contracts.ts";
import type { Random } from "../random.ts";

const devices = Array.from({ length: 8 }, (_none, index) => `device-${index + 1}`);

const expect = "confirms = $command.key";
const withinMs = 600_000;

/** The commands that a message leads to; the same each time it is asked. */
export function ordersOf(
  message: string,
  pipeline: string,
  { random, now }: { random: Random; now: number },
): NewCommand[] {
  const own = random.fork(message);
  const count = own.between(1, 3);
  const first = own.between(0, devices.length - 1);
  return Array.from({ length: count }, (_none, index) => {
    const device = devices[(first + index) % devices.length] ?? "";
    const words = {
      ...(own.chance(0.15) && { notBefore: now + own.pick([5_000, 60_000, 900_000]) }),
      ...(own.chance(0.3) && { expiresAt: now + own.pick([20_000, 120_000, 3_600_000]) }),
      ...(own.chance(0.3) && { supersedeKey: own.pick(["valve", "light"]) }),
      ...(own.chance(0.3) && { onUnknown: "resend" as const }),
      ...(own.chance(0.15) && { confirm: { expect, withinMs, otherwise: own.pick(["retry", "alert"] as const) } }),
    };
    return {
      key: `${message}/valves/${device}`,
      pipeline,
      sink: "valves",
      message,
      connection: "akenza",
      device,
      payload: { open: index % 2 === 0 },
      maxAttempts: own.between(2, 6),
      backoffMs: 2_000,
      maxBackoffMs: 120_000,
      ...words,
    };
  });
}
