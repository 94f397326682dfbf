import { setMaxListeners } from "node:events";

/** Hands out controllers, each to one write at a time. */
export interface AbortPool {
  take(): AbortController;
  /** Takes a controller back after its write has ended. */
  give(controller: AbortController): void;
}

const writesPerController = 100;

/**
 * A controller that was never aborted serves further writes: an AbortSignal is registered for finalization by Node, so
 * one per write outlives the young generation and lets a busy engine's heap grow until the next full collection.
 * After some writes it is let go all the same, and with it the listeners that a careless sink left on it.
 */
export function createAbortPool(): AbortPool {
  const writes = new WeakMap<AbortController, number>();
  const idle: AbortController[] = [];
  return {
    take: () => idle.pop() ?? fresh(),
    give(controller) {
      const count = (writes.get(controller) ?? 0) + 1;
      if (controller.signal.aborted || count >= writesPerController) return;
      writes.set(controller, count);
      idle.push(controller);
    },
  };
}

function fresh(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
