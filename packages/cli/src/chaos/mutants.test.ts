import { expect, test } from "vitest";
import { mutants, mutate } from "./mutants.ts";

test.each(mutants)("$name can be put into the engine as it is now", async (mutant) => {
  expect(await mutate(mutant)).toContain(mutant.after);
});
