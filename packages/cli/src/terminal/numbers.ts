/** A count in at most five characters: 99999, 123k, 1.2M, 34G. */
export function shortCount(count: number): string {
  if (count < 100_000) return String(count);
  for (const [unit, size] of units) {
    const value = count / size;
    if (value >= 999.5) continue;
    return value < 9.95 ? `${value.toFixed(1)}${unit}` : `${value.toFixed(0)}${unit}`;
  }
  return ">999T";
}

const units: readonly (readonly [string, number])[] = [
  ["k", 1e3],
  ["M", 1e6],
  ["G", 1e9],
  ["T", 1e12],
];

/** A rate per second in at most six characters; nothing when it is next to none. */
export function shortRate(perSecond: number): string {
  if (perSecond < 0.05) return "";
  if (perSecond < 9.95) return `${perSecond.toFixed(1)}/s`;
  if (perSecond < 999.5) return `${perSecond.toFixed(0)}/s`;
  return perSecond < 999_500 ? `${(perSecond / 1_000).toFixed(0)}k/s` : `${(perSecond / 1e6).toFixed(0)}M/s`;
}

/** A span of time in its two largest units: 3h12m, 45s. */
export function shortSpan(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3_600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return "0s";
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join("");
}
