import type { Chains } from "../component/services.ts";
import { SignalboxError } from "../errors/error.ts";
import type { Delivery, Message } from "../message.ts";

/** The meeting point of `pipeline` sinks and sources of one engine (delivery.md, rule 16). */
export function createChains(): Chains {
  const targets = new Map<string, (delivery: Delivery) => boolean>();
  return {
    send: (target, message, signal) => send(targets.get(target), target, message, signal),
    register(pipeline, accept) {
      targets.set(pipeline, accept);
      return () => {
        if (targets.get(pipeline) === accept) targets.delete(pipeline);
      };
    },
  };
}

function send(
  accept: ((delivery: Delivery) => boolean) | undefined,
  target: string,
  message: Message,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (why: string, cause?: unknown): void => {
      signal.removeEventListener("abort", late);
      reject(new SignalboxError("CHAIN_TARGET_REFUSED", `pipeline "${target}" ${why}`, { isRetryable: true, cause }));
    };
    const late = (): void => refuse("did not settle the message in time");
    const ack = (): void => {
      signal.removeEventListener("abort", late);
      resolve();
    };
    signal.addEventListener("abort", late, { once: true });
    const delivery: Delivery = { message, ack, nack: (cause) => refuse("refused the message", cause) };
    if (accept === undefined) refuse("does not run here");
    else if (!accept(delivery)) refuse("has no room");
  });
}
