import { expect, test } from "vitest";
import { mutate } from "../testing/mutated-engine.ts";
import { mutants } from "./mutants.ts";

test.each(mutants)("$name can be put into the engine as it is now", async (mutant) => {
  expect(await mutate(mutant)).toContain(mutant.after);
});
