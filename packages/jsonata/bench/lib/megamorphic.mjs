import { run, prepare } from "../../dist/differential/outcome.js";
import { subject } from "../../dist/differential/fuzz.js";
import { shapes } from "../../dist/differential/shapes.js";

const expressions = 1200;

/** Runs this many other expressions in both engines, each on 16 shapes of input, so that nothing is special any more. */
export async function makeMegamorphic() {
  const inputs = [...shapes, { a: [{ v: 1 }] }, [[1, 2], { id: "x" }]].slice(0, 16);
  for (let index = 0; index < expressions; index++) {
    const pair = prepare(subject(99, index).text);
    for (const input of inputs) await run(pair, { input });
  }
  return { expressions, inputs: inputs.length };
}
