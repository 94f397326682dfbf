// Built-in functions as partial application calls them: without a check of what they get.
import jsonata from "jsonata";
import { expect, test } from "vitest";
import { builtIns } from "./built-ins.ts";
import { outcomeOf, show, showError } from "./testing/outcome.ts";
import { randomArgument, seeded } from "./testing/random-arguments.ts";

/** By chance, of another time, or with something huge to make. */
const unlike = new Set(["random", "shuffle", "now", "millis", "pad", "formatNumber", "formatInteger"]);

test("give what the reference gives, or an error where only the reference knows", async () => {
  const random = seeded(5);
  for (const { name, parameters, run } of builtIns.values()) {
    if (parameters === undefined || unlike.has(name)) continue;
    const holes = Array.from({ length: parameters }, () => "?").join();
    const given = Array.from({ length: parameters }, (_, index) => `$a${index}`).join();
    const expression = jsonata(`($f := $${name}(${holes}); $f(${given}))`);
    for (let round = 0; round < 60; round++) {
      const args = Array.from({ length: parameters }, () => randomArgument(random));
      if (args.some(({ ours }) => typeof ours === "function")) continue;
      const bindings = Object.fromEntries(args.map(({ theirs }, index) => [`a${index}`, theirs]));
      const theirs = await expression.evaluate(undefined, bindings).then(show, showError);
      const ours = outcomeOf(() => run(...args.map((argument) => argument.ours)));
      const isError = /^(?:error$|[TDS]\d{4} )/.test(ours);
      expect(isError || ours === theirs, `$${name} ${args.map((argument) => show(argument.ours)).join()}`).toBe(true);
    }
  }
});
