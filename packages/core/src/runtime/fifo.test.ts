import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Fifo } from "./fifo.ts";

test("gives back what was pushed, in order, however it is taken", () => {
  const operation = fc.oneof(
    fc.record({ push: fc.integer({ min: 1, max: 6 }) }),
    fc.constant({ shift: true }),
    fc.record({ move: fc.nat(5) }),
  );
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
      const fifo = new Fifo<number>();
      const taken: number[] = [];
      let pushed = 0;
      for (const each of operations) {
        if ("push" in each) for (let left = each.push; left > 0; left -= 1) fifo.push(pushed++);
        else if ("move" in each) fifo.moveTo(taken, each.move);
        else taken.push(...[fifo.shift()].filter((item) => item !== undefined));
        expect(fifo.size).toBe(pushed - taken.length);
      }
      fifo.moveTo(taken, fifo.size);
      expect(taken).toEqual(Array.from({ length: pushed }, (_, index) => index));
    }),
  );
});
