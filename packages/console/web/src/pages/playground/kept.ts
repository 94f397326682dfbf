import type { ShownMessage } from "@signalbox/core/control-types";

/** What was typed, kept while the console is open: another page and back does not lose it. */
export interface Kept {
  readonly expression: string;
  readonly sample: string;
  /** What the expression sees as `$meta`: that of the message which was taken as the sample. */
  readonly meta?: ShownMessage["meta"];
}

const example = {
  deviceId: "026be40ece338907",
  topic: "default",
  timestamp: "2026-03-01T10:00:00.000Z",
  data: { temperature: 21.4, humidity: 38, co2: 640 },
};

export let kept: Kept = {
  expression:
    '{\n  "device": deviceId,\n  "co2": data.co2,\n  "temperatureF": $round(data.temperature * 1.8 + 32, 1)\n}',
  sample: JSON.stringify(example, null, 2),
};

export function keep(next: Kept): void {
  kept = next;
}
