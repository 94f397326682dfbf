/** Codes of the console's HTTP server. */
export const consoleCodes = {
  CONSOLE_PORT_TAKEN: {
    when: "The console cannot listen where signalbox.yaml, or a variable in its place, says.",
    remedy:
      "Set another port (`console.port`, or SIGNALBOX_CONSOLE_PORT; 0 takes a free one), stop what listens there, or turn " +
      "the console off with `console: false`.",
  },
  CONSOLE_HOST_REFUSED: {
    when: "A request to the console names a host that is neither this machine nor one of `console.hosts`, as a page of another site would make it.",
    remedy: "Open the address that the engine prints at its start, or add the name to `console.hosts`.",
  },
  CONSOLE_ORIGIN_REFUSED: {
    when: "A page of another site asks the console for an action.",
    remedy: "Act from the console's own pages, or from a program, which sends no `Origin`.",
  },
  CONSOLE_LOGIN_NEEDED: {
    when: "The console has tokens, and a request does not say who it is from, or its session is over.",
    remedy: "Log in with a token at the console's page, or send it as `Authorization: Bearer TOKEN`.",
  },
  CONSOLE_TOKEN_REFUSED: {
    when: "A token that was sent to the console, or given to log in, is none of `console.tokens`.",
    remedy: "Use one of them. Tokens are read when the engine starts.",
  },
  CONSOLE_TRIES_LIMITED: {
    when: "Too many tries to log in, or wrong tokens, came from one address, or tries to log in from all together.",
    remedy:
      "Wait as long as `Retry-After` says, a minute at most. The audit (`GET /api/v1/changes`) names the address.",
  },
  CONSOLE_CSRF_REFUSED: {
    when: "A request with the cookie of a session asks for an action without the `X-Signalbox-Csrf` of that session.",
    remedy: "Send the `csrf` that `POST /api/login` and `GET /api/session` answer; programs send a token instead.",
  },
  CONSOLE_PATH_UNKNOWN: {
    when: "The console has no such path, or not for this method.",
    remedy: "Its paths are listed at `/`.",
  },
  CONSOLE_REQUEST_REFUSED: {
    when: "A request to the console is malformed, or larger than it may be.",
    remedy: "Mend the request as the message says.",
  },
  CONSOLE_FAILED: {
    when: "The console could not answer a request; the log says why.",
    remedy: "Read the log line of the same time.",
  },
} as const;
