/** What one evaluation may use. Every limit is on, always; a larger number loosens it, `Infinity` takes it off. */
export interface Limits {
  /** Milliseconds of this evaluation's own turn; waiting for another evaluation does not count. Default 250. */
  timeMs: number;
  /** Evaluations of syntax nodes that may be open inside one another: recursion. Default 500. */
  depth: number;
  /** Items in any one sequence, range or array that an expression builds. Default 1,000,000. */
  sequence: number;
  /** Approximate bytes of the result as JSON, and of any one text made on the way. Default 4 MiB. */
  outputBytes: number;
}

export const defaultLimits: Readonly<Limits> = {
  timeMs: 250,
  depth: 500,
  sequence: 1_000_000,
  outputBytes: 4 * 1024 * 1024,
};

/** One evaluation may make this many times `outputBytes` of text in all, so that no loop of near-limit texts fills the heap. */
export const textAllowance = 16;

/** The heap may grow by this much during one evaluation, in bytes. A back-stop: counted limits stop nearly everything first. */
export const heapAllowance = 256 * 1024 * 1024;

/**
 * Fills in the defaults. A limit given as undefined counts as not given.
 * @throws RangeError for a limit that is not a number above 0.
 */
export function resolveLimits(given: Partial<Limits> = {}): Readonly<Limits> {
  const limits = { ...defaultLimits };
  for (const name of Object.keys(defaultLimits) as (keyof Limits)[]) {
    const value = given[name];
    if (value === undefined) continue;
    if (typeof value !== "number" || !(value > 0)) {
      throw new RangeError(`limit "${name}" must be a number above 0, not ${String(value)}`);
    }
    limits[name] = value;
  }
  return limits;
}
