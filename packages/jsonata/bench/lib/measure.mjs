// Evaluations per second of several engines, measured in turn so that a busy machine is unkind to all of them alike.
export const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
export const geometricMean = (numbers) =>
  Math.exp(numbers.reduce((sum, number) => sum + Math.log(number), 0) / numbers.length);

const copies = 64;
export const inputsOf = (input) => Array.from({ length: copies }, () => structuredClone(input));

let sink;

/** Evaluations per second of what may answer with a promise. */
async function asynchronous(evaluate, inputs, ms) {
  const start = performance.now();
  let count = 0;
  let now = start;
  while (now - start < ms) {
    for (let index = 0; index < 16; index++) sink = await evaluate(inputs[count++ % copies]);
    now = performance.now();
  }
  return (count / (now - start)) * 1000;
}

function synchronous(evaluate, inputs, ms) {
  const start = performance.now();
  let count = 0;
  let now = start;
  while (now - start < ms) {
    for (let index = 0; index < 128; index++) sink = evaluate(inputs[count++ % copies]);
    now = performance.now();
  }
  return (count / (now - start)) * 1000;
}

/**
 * Median evaluations per second of each engine: [{ evaluate, isAsync }]. The first round warms up and does not count.
 */
export async function rates(engines, inputs, { ms, rounds }) {
  const measured = engines.map(() => []);
  for (let round = -1; round < rounds; round++) {
    for (const [index, { evaluate, isAsync }] of engines.entries()) {
      const rate = await (isAsync ? asynchronous : synchronous)(evaluate, inputs, round < 0 ? 2 * ms : ms);
      if (round >= 0) measured[index].push(rate);
    }
  }
  return measured.map(median);
}

/**
 * How much slower the first engine is than the second: median over rounds of the ratio within a round, where each is
 * measured before and after the other.
 */
export async function slowdown(one, other, inputs, { ms, rounds }) {
  const measure = ({ evaluate, isAsync }) => (isAsync ? asynchronous : synchronous)(evaluate, inputs, ms);
  const ratios = [];
  for (let round = -1; round < rounds; round++) {
    const first = await measure(one);
    const between = (await measure(other)) + (await measure(other));
    const last = await measure(one);
    if (round >= 0) ratios.push(between / (first + last));
  }
  return median(ratios);
}

/** Kept, so that nothing that is measured can be optimised away. */
export const lastResult = () => sink;
