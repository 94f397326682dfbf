import { type CheckResult, type Clock, clockCheck } from "@signalbox/core";

/** The header has whole seconds. */
const halfSecondMs = 500;

/** Reads akenza's clock from the `Date` of its first answer. */
export class ClockWatch {
  readonly #clock: Clock;
  readonly #beganMs: number;
  #result: CheckResult | undefined;

  /** Made just before the first request. */
  constructor(clock: Clock) {
    this.#clock = clock;
    this.#beganMs = clock.monotonic();
  }

  note({ headers }: { readonly headers: Readonly<Record<string, unknown>> }): void {
    const { date } = headers;
    const told = typeof date === "string" ? Date.parse(date) : Number.NaN;
    if (this.#result !== undefined || Number.isNaN(told)) return;
    const halfMs = (this.#clock.monotonic() - this.#beganMs) / 2;
    this.#result = clockCheck({
      subject: "clock of akenza",
      theirs: told + halfSecondMs,
      ours: this.#clock.now() - halfMs,
      offMs: halfSecondMs + halfMs,
    });
  }

  /** None where akenza has not told its time. */
  results(): readonly CheckResult[] {
    return this.#result === undefined ? [] : [this.#result];
  }
}
