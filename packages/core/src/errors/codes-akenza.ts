/** Codes of the akenza connector. */
export const akenzaCodes = {
  AKENZA_AUTH_REFUSED: {
    when: "akenza answered 401 or 403: the key or token is wrong, expired, or lacks a permission.",
    remedy:
      "Check AKENZA_API_KEY (or AKENZA_ACCESS_TOKEN) and the scopes of the key. The connector does not try again by itself.",
  },
} as const;
