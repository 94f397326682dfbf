// Loaded into an engine before everything else (`node --import`): gives its main thread a wall clock that the parent
// process can move. Timers and the monotonic clock run on as they do when an administrator sets a machine's clock.
import { isMainThread } from "node:worker_threads";

/** What the parent sends. */
export interface ClockMessage {
  readonly shiftMs: number;
}

const TrueDate = Date;
const trueNow = TrueDate.now;
let shiftMs = Number(process.env["ENGINE_CLOCK_SHIFT_MS"] ?? 0);
const now = (): number => trueNow() + shiftMs;

if (isMainThread && process.send !== undefined) {
  TrueDate.now = now;
  // A proxy, not a class of its own: what the platform makes is still an instance of Date.
  globalThis.Date = new Proxy(TrueDate, {
    construct: (target, args: unknown[], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
    apply: () => new TrueDate(now()).toString(),
  });
  process.on("message", (message: ClockMessage) => (shiftMs = message.shiftMs));
  // The engine ends when its work is done, whoever could still move its clock.
  process.channel?.unref();
}
