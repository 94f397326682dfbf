import type { JSX } from "preact";

/** A value as JSON, as text and nothing else. */
export function Json({ value, label }: { value: unknown; label: string }): JSX.Element {
  return (
    <pre class="json" tabIndex={0} role="region" aria-label={label}>
      {jsonText(value)}
    </pre>
  );
}

export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? "nothing";
}

/** On one line, not longer than `most` characters. */
export function jsonLine(value: unknown, most = 200): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}
