/** Codes of the queue and the stores. */
export const storeCodes = {
  STORE_UNREACHABLE: {
    when: "Redis or PostgreSQL does not answer.",
    remedy: "Check the address in REDIS_URL or DATABASE_URL and that the server runs. The engine keeps trying.",
  },
  STORE_REQUEST_REFUSED: {
    when: "The store answered a request with an error of its own: a missing right, a full disk, a foreign object in the way.",
    remedy:
      "Read the cause: it carries the server's words. Most often the user of the URL lacks a right on the schema.",
  },
  STORE_NOT_OPEN: {
    when: "The store or queue was used before it was opened or after it was closed.",
    remedy: "This is a mistake in the program, not in a configuration: please report it.",
  },
  STORE_SETTINGS_INVALID: {
    when: "The store's settings cannot be right: a malformed URL, or a prefix or schema name with characters that are not allowed.",
    remedy: "Correct the setting the message names.",
  },
  STORE_VERSION_NEWER: {
    when: "The store was written by a newer version of Signalbox than the one that opens it.",
    remedy: "Start the newer version, or give this one a store of its own (another prefix, schema or folder).",
  },
  STORE_EMBEDDED_LOCKED: {
    when: "Another process holds the embedded store of this project folder.",
    remedy: "Stop the other engine, or give both a REDIS_URL or DATABASE_URL to share.",
  },
  STORE_EMBEDDED_FAILED: {
    when: "The embedded store cannot be opened or ended by itself: its folder is damaged, not writable, or of another PGlite version.",
    remedy: "Read the cause. If the folder is damaged (after a power cut, say), move it away and start again.",
  },
  STORE_COLLECTION_INVALID: {
    when: "A row or a query names a field that its collection does not index, or a collection asks for more indexes than there are.",
    remedy: "This is a mistake in the program, not in a configuration: please report it.",
  },
  STORE_KEY_TOO_LONG: {
    when: "A key, an indexed field, or the name of a lane or row is longer than 1,000 bytes.",
    remedy: "Shorten what it comes from: most often the id of a device or of a message.",
  },
  QUEUE_JOB_FAILED: {
    when: "The handler of a job threw.",
    remedy: "Read the cause. The job is kept and tried again, after 1 s at first and at most 60 s apart.",
  },
} as const;
