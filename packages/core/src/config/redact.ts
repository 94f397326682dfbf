/** Values shorter than this are redacted only where they stand alone: `1` or `on` would tear up every text. */
const shortLength = 6;

/** A function that replaces every secret in a text, also as JSON or a URL would write it, by `[redacted]`. */
export function redact(secrets: Iterable<string>): (text: string) => string {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret === "") continue;
    forms.add(secret).add(JSON.stringify(secret).slice(1, -1)).add(percentEncoded(secret));
  }
  // The longest first: a secret may hold another one.
  const patterns = [...forms].sort((a, b) => b.length - a.length).map(patternOf);
  if (patterns.length === 0) return (text) => text;
  const pattern = new RegExp(patterns.join("|"), "g");
  return (text) => text.replace(pattern, "[redacted]");
}

function patternOf(secret: string): string {
  const escaped = secret.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  return secret.length >= shortLength ? escaped : `(?<![A-Za-z0-9_])${escaped}(?![A-Za-z0-9_])`;
}

function percentEncoded(secret: string): string {
  try {
    return encodeURIComponent(secret);
  } catch {
    return secret; // a lone surrogate cannot be encoded
  }
}
