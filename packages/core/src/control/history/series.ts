/** Rows of numbers at equal intervals, the latest so many; of an interval without a row there is nothing. */
export class Series {
  readonly #columns: number;
  #rows: Float32Array;
  #capacity: number;

  /** `capacity`: how many intervals are kept. */
  constructor(columns: number, capacity: number) {
    this.#columns = columns;
    this.#capacity = capacity;
    this.#rows = new Float32Array(columns * capacity).fill(Number.NaN);
  }

  /** The row of the interval with this number, which counts from 0 and takes the place of the one `capacity` before it. */
  set(interval: number, row: readonly (number | null)[]): void {
    this.#rows.set(
      row.map((each) => each ?? Number.NaN),
      (interval % this.#capacity) * this.#columns,
    );
  }

  /** What a series without a row of this interval would show must not be that of long ago. */
  skip(interval: number): void {
    const at = (interval % this.#capacity) * this.#columns;
    this.#rows.fill(Number.NaN, at, at + this.#columns);
  }

  /** The numbers of one column over the given intervals, oldest first; null where there is none. */
  column(at: number, intervals: readonly number[]): readonly (number | null)[] {
    return intervals.map((interval) => {
      const value = this.#rows[(interval % this.#capacity) * this.#columns + at];
      return value === undefined || Number.isNaN(value) ? null : Number(value.toPrecision(6));
    });
  }
}
