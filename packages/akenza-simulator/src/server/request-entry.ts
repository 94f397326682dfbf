import type { ReceivedRequest } from "./http-request.ts";

/** A request and what became of it. */
export interface RequestEntry {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** Without the question mark; credentials are blanked. */
  readonly query: string;
  /** Lower-case names. Toward akenza's API, credentials are blanked. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as it came. */
  readonly text: string;
  /** The body parsed, when it is JSON; undefined otherwise. */
  readonly body: unknown;
  /** The status it is answered with; "cut" when the connection is closed instead, "hang" when nothing comes. */
  readonly status: number | "cut" | "hang";
}

const BLANK = "***";
const CREDENTIAL_HEADERS = ["x-api-key", "authorization"];
const CREDENTIAL_PARAMETERS = ["xApiKey", "access_token"];

export function requestEntry(
  request: ReceivedRequest,
  about: { readonly at: number; readonly status: RequestEntry["status"]; readonly blanksHeaders: boolean },
): RequestEntry {
  const { method, path, body: text } = request;
  const query = new URLSearchParams(request.query);
  for (const name of CREDENTIAL_PARAMETERS) if (query.has(name)) query.set(name, BLANK);
  const headers = { ...request.headers };
  if (about.blanksHeaders) for (const name of CREDENTIAL_HEADERS) if (name in headers) headers[name] = BLANK;
  return {
    at: about.at,
    method,
    path,
    query: query.toString(),
    headers,
    text,
    body: parse(text),
    status: about.status,
  };
}

function parse(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
