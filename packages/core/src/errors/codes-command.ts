/** Codes of the command ledger. */
export const commandCodes = {
  COMMAND_SEND_FAILED: {
    when: "The sender of a command threw instead of saying what became of it, so nobody knows whether the command left.",
    remedy: "Read the cause and check the device. The command is `unknown` and is not sent again by itself.",
  },
  COMMAND_KEY_UNKNOWN: {
    when: "There is no command of that key: it was never recorded, or it fell out of retention.",
    remedy: "Look it up with `signalbox commands list`.",
  },
  COMMAND_STATE_REFUSED: {
    when: "A command was to be cancelled while it did not wait, or sent again while it was neither unknown nor failed.",
    remedy: "Look at it with `signalbox commands show`. What is over stays over: send a new command.",
  },
} as const;
