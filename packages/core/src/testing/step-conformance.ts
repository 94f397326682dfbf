import { isDiscard, type Outcome, type Step } from "../component/contracts.ts";
import type { Message } from "../message.ts";
import type { TestContextOptions } from "./context.ts";
import type { TestKit } from "./test-kit.ts";
import { untouchable } from "./untouchable.ts";

export interface StepSuite {
  readonly name: string;
  create(options?: TestContextOptions): Step;
  /** A message that comes through the step, as one or several. */
  readonly kept: Message;
  /** One that does not, once `kept` has. */
  readonly discarded: Message;
}

/** What the engine relies on in every step. */
export function stepConformance(kit: TestKit, { name, create, kept, discarded }: StepSuite): void {
  const { describe, test, expect } = kit;
  const many = (outcome: Outcome): readonly Message[] =>
    isDiscard(outcome) ? [] : Array.isArray(outcome) ? (outcome as readonly Message[]) : [outcome as Message];

  describe(`step contract: ${name}`, () => {
    test("D1 create uses nothing: neither the clock nor a service", () => {
      expect(() => create(untouchable())).not.toThrow();
    });

    test("D1 closes without having been opened, and more than once", async () => {
      const step = create();
      expect(await step.close?.()).toBeUndefined();
      expect(await step.close?.()).toBeUndefined();
    });

    test("messages keep their metadata, and their id or one under it", async () => {
      const made = many(await create().process(kept));
      expect(made.length).toBeGreaterThan(0);
      expect(made.every(({ id }) => id === kept.id || id.startsWith(`${kept.id}#`))).toBe(true);
      expect(made.map(({ meta }) => meta)).toEqual(made.map(() => kept.meta));
      expect(new Set(made.map(({ id }) => id)).size).toBe(made.length);
    });

    test("leaves the message as it is", async () => {
      const before = structuredClone(kept);
      await create().process(deepFreeze(structuredClone(kept)));
      await create().process(kept);
      expect(kept).toEqual(before);
    });

    test("two of them share nothing", async () => {
      const [one, other] = [create(), create()];
      expect(await one.process(kept)).toEqual(await other.process(kept));
    });

    test("what does not come through has a reason", async () => {
      const step = create();
      await step.process(kept);
      expect(await step.process(discarded)).toEqual({
        discard: expect.stringMatching(/^(filtered|nothing)$/) as unknown,
      });
    });
  });
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
