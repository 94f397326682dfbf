// What of a text must not be seen, beside texts that are secret as a whole: passwords and tokens in addresses and headers.
// Not here: which fields are secret (component/fields.ts), and taking secrets out of texts (redact.ts).
import { namesSecret } from "./interpolate.ts";

/** What is shorter is no key to anything, and would be found in many texts. */
const shortestToken = 6;

/** Notes a secret, and those in it where it is an address. */
export function noteSecret(secrets: Set<string>, text: string): void {
  secrets.add(text);
  noteSecretsIn(secrets, text);
}

/** Notes the secrets of the addresses in a text that is none itself. */
export function noteSecretsIn(secrets: Set<string>, text: string): void {
  for (const [, scheme = "", userInfo = ""] of text.matchAll(/\b([a-z][a-z0-9+.-]*):\/\/([^\s/?#"']*)@/gi)) {
    const colon = userInfo.indexOf(":");
    // Who has no password is a token where it is HTTP, and a name elsewhere.
    if (colon !== -1) addDecoded(secrets, userInfo.slice(colon + 1));
    else if (/^(http|ws)s?$/i.test(scheme)) addDecoded(secrets, userInfo);
  }
  for (const [, name = "", value = ""] of text.matchAll(/[?&]([^=&#\s"']+)=([^&#\s"']+)/g)) {
    const isSecret = namesSecret(name) || /^(key|sig|pass|pwd)$/i.test(name);
    if (isSecret && value.length >= shortestToken) addDecoded(secrets, value);
  }
}

/** Notes what a header says of who we are: all of it, and what stands behind `Bearer` or its like. */
export function noteHeader(secrets: Set<string>, text: string): void {
  for (const each of [text, text.slice(text.indexOf(" ") + 1)]) {
    if (each.trim().length >= shortestToken && !each.endsWith(" ")) secrets.add(each);
  }
}

function addDecoded(secrets: Set<string>, text: string): void {
  secrets.add(text);
  try {
    secrets.add(decodeURIComponent(text));
  } catch {
    // It is not encoded, and holds a `%`.
  }
}
