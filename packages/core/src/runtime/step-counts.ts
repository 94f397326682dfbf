import type { DiscardReason } from "../component/contracts.ts";
import { Reasons } from "./counts.ts";
import { Durations } from "./durations.ts";
import type { StepCounts } from "./status.ts";

/** The counts of one step: messages and parts of messages, each once it is done with. */
export class StepCounter {
  passed = 0;
  failed = 0;
  readonly discarded = new Reasons();
  readonly durations = new Durations();

  discard(reason: DiscardReason): void {
    this.discarded.add(reason);
  }

  snapshot(): StepCounts {
    const { passed, failed, discarded } = this;
    return { received: passed + failed + discarded.total, passed, failed, discarded: discarded.snapshot() };
  }
}

/** The counters of a pipeline's steps, by their names: they outlive its revisions. */
export class StepBooks {
  readonly #counters = new Map<string, StepCounter>();

  /** Made when it is first asked for. */
  of(step: string): StepCounter {
    const known = this.#counters.get(step);
    if (known !== undefined) return known;
    const fresh = new StepCounter();
    this.#counters.set(step, fresh);
    return fresh;
  }

  /** Forgets those of other steps than these. */
  keepOnly(steps: readonly string[]): void {
    for (const name of this.#counters.keys()) if (!steps.includes(name)) this.#counters.delete(name);
  }
}
