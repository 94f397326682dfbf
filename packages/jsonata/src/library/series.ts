import { numbersOf, wholeOf } from "./arguments.ts";
import { definePart } from "./definition.ts";

export const series = definePart("Series", {
  movingAverage: {
    usage: "$movingAverage(values, n)",
    summary:
      "For each value, the average of it and of up to n - 1 before it: as many results as values, the first of them over fewer.",
    signature: "<a<n>n:a<n>>",
    needs: 2,
    call: (values: unknown, n: number) => movingAverage(numbersOf(values), wholeOf(n, "n", 1)),
    examples: [{ expression: "$movingAverage([1, 3, 5, 10], 2)", result: [1, 2, 4, 7.5] }],
  },
});

/**
 * The values are cut into blocks of n. A window ends in one block and starts in the one before: its sum is the end of the
 * one and the beginning of the other. Nothing is ever subtracted, so a large value leaves no rounding error behind.
 */
function movingAverage(values: readonly number[], n: number): number[] {
  const fromStart = new Float64Array(values.length);
  const toEnd = new Float64Array(values.length);
  for (let at = 0; at < values.length; at++) {
    fromStart[at] = (at % n === 0 ? 0 : (fromStart[at - 1] ?? 0)) + (values[at] ?? 0);
  }
  for (let at = values.length - 1; at >= 0; at--) {
    toEnd[at] = (at % n === n - 1 ? 0 : (toEnd[at + 1] ?? 0)) + (values[at] ?? 0);
  }
  return values.map((_, at) => {
    const first = at - n + 1;
    if (first <= 0) return (fromStart[at] ?? 0) / (at + 1);
    const isOneBlock = first % n === 0;
    return ((isOneBlock ? 0 : (toEnd[first] ?? 0)) + (fromStart[at] ?? 0)) / n;
  });
}
