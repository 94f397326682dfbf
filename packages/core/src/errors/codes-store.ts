/** Codes of the queue and the stores. */
export const storeCodes = {
  STORE_UNREACHABLE: {
    when: "Redis or PostgreSQL does not answer.",
    remedy: "Check the address in REDIS_URL or DATABASE_URL and that the server runs. The engine keeps trying.",
  },
  STORE_EMBEDDED_LOCKED: {
    when: "Another process holds the embedded store of this project folder.",
    remedy: "Stop the other engine, or give both a REDIS_URL or DATABASE_URL to share.",
  },
} as const;
