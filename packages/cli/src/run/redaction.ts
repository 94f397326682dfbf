import { redact, redactJson } from "@signalbox/core";

/** Takes secrets out of texts; what a reload reads is learned before anything is said of it. */
export interface Redaction {
  readonly hide: (text: string) => string;
  /** A value as JSON has it, without the secrets of its texts. */
  readonly hideIn: (value: unknown) => unknown;
  learn(secrets: Iterable<string>): void;
}

export function createRedaction(secrets: Iterable<string>): Redaction {
  // The old ones stay secret.
  const known = new Set(secrets);
  let hide = redact(known);
  return {
    hide: (text) => hide(text),
    hideIn: (value) => JSON.parse(redactJson(JSON.stringify(value), hide)) as unknown,
    learn(more) {
      const before = known.size;
      for (const secret of more) known.add(secret);
      if (known.size > before) hide = redact(known);
    },
  };
}
