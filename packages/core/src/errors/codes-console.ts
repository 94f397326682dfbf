/** Codes of the console's HTTP server. */
export const consoleCodes = {
  CONSOLE_PORT_TAKEN: {
    when: "The console cannot listen where signalbox.yaml, or a variable in its place, says.",
    remedy:
      "Set another port (`console.port`, or SIGNALBOX_CONSOLE_PORT; 0 takes a free one), stop what listens there, or turn " +
      "the console off with `console: false`.",
  },
  CONSOLE_HOST_REFUSED: {
    when: "A request to the console names a host that is not this machine, as a page of another site would make it.",
    remedy: "Open the address that the engine prints at its start, or let a proxy set `Host: localhost`.",
  },
  CONSOLE_ORIGIN_REFUSED: {
    when: "A page of another site asks the console for an action.",
    remedy: "Act from the console's own pages, or from a program, which sends no `Origin`.",
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
