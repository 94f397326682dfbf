/** Codes of the command ledger. */
export const commandCodes = {
  COMMAND_SEND_FAILED: {
    when: "The sender of a command threw instead of saying what became of it, so nobody knows whether the command left.",
    remedy: "Read the cause and check the device. The command is `unknown` and is not sent again by itself.",
  },
} as const;
