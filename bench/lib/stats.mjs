/** Smallest, median and largest of some numbers. */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { min: sorted[0], median, max: sorted.at(-1) };
}

/** The value that a share of the numbers does not exceed. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** `1.24 (1.10 to 1.31)`: the median first, then the noise. */
export function show({ min, median, max }, digits = 2) {
  return `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`;
}

/** A line of a bench's verdict; answers whether the target was met. */
export function verdict(name, measured, target, isMet) {
  console.log(`${isMet ? "met   " : "MISSED"}  ${name}: ${measured}  (target ${target})`);
  return isMet;
}
