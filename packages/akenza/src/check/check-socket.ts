import { type CheckResult, type Clock, failedCheck, SignalboxError } from "@signalbox/core";
import { type ConnectionSettings, socketUrl } from "../settings.ts";
import { Session } from "../socket/session.ts";

/** Whether akenza greets on its data stream; nothing is subscribed. */
export async function checkSocket(
  settings: ConnectionSettings,
  clock: Clock,
  signal: AbortSignal,
): Promise<CheckResult> {
  const subject = "WebSocket";
  try {
    const began = clock.monotonic();
    await greeted(settings, clock, signal);
    const tookMs = Math.round(clock.monotonic() - began);
    return { subject, status: "ok", found: `akenza greeted after ${tookMs} ms` };
  } catch (error) {
    return failedCheck(subject, error, "AKENZA_UNREACHABLE");
  }
}

/** Resolves when the session has greeted and is closed again. */
function greeted(settings: ConnectionSettings, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { url: socketUrl(settings), clock, maxFrameBytes: settings.maxFrameSize };
    const session = new Session(options, {
      onLive: () => session.close(),
      onFrame: () => undefined,
      onEnd: ({ wasLive, code, cause }) => {
        signal.removeEventListener("abort", giveUp);
        const closed = new SignalboxError("AKENZA_UNREACHABLE", `akenza closed the socket (code ${code})`);
        if (wasLive) resolve();
        else reject(cause ?? closed);
      },
    });
    const giveUp = (): void => session.close();
    signal.addEventListener("abort", giveUp, { once: true });
  });
}
