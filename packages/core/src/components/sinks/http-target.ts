import type { Template } from "../../component/expression.ts";
import { SignalboxError } from "../../errors/error.ts";
import type { Message } from "../../message.ts";
import type { HttpConfig } from "./http-config.ts";
import { authHeaders } from "./network.ts";

/** Where a request goes, and the headers that do not depend on what it carries. */
export interface HttpTarget {
  readonly url: URL;
  readonly origin: string;
  /** With the query. */
  readonly path: string;
  /** Names, in lower case, and values in turn. */
  readonly headers: readonly string[];
}

export interface HttpTargets {
  /** The target of a message: at once the one there is, or a promise of its own. Fails with HTTP_REQUEST_INVALID or as a hole does. */
  of(message: Message): HttpTarget | Promise<HttpTarget>;
  /** Whether the author gives this header; the name in lower case. */
  has(header: string): boolean;
}

/** `ours` are headers that those of the author take the place of. */
export function createTargets(config: HttpConfig, ours: Readonly<Record<string, string>>): HttpTargets {
  const { url } = config;
  const named = new Map(Object.entries(config.headers).map(([name, value]) => [name.toLowerCase(), value]));
  const fixed = Object.entries({ ...ours, ...authHeaders(config.auth) }).filter(([name]) => !named.has(name));
  const isConstant = url.isConstant && [...named.values()].every((value) => value.isConstant);
  let only: HttpTarget | undefined;

  async function render(message: Message): Promise<HttpTarget> {
    const parsed = parseUrl(url, await url.render(message));
    const headers = fixed.flat();
    for (const [name, value] of named) headers.push(name, await value.render(message));
    return { url: parsed, origin: parsed.origin, path: parsed.pathname + parsed.search, headers };
  }

  return {
    of(message) {
      if (only !== undefined) return only;
      const rendered = render(message);
      return isConstant ? rendered.then((target) => (only = target)) : rendered;
    },
    has: (header) => named.has(header),
  };
}

function parseUrl(template: Template, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw invalidUrl(template, "the rendered URL is not an http or https URL");
  }
  if (url.username + url.password !== "") throw invalidUrl(template, "the URL holds a user or password");
  return url;
}

function invalidUrl(template: Template, problem: string): SignalboxError {
  const hint = "look at what its holes give; credentials belong under `auth`";
  return new SignalboxError("HTTP_REQUEST_INVALID", problem, { at: template.at, hint });
}
