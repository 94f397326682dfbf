/** Codes of the runtime, the command line and the control API. */
export const engineCodes = {
  ENGINE_NOT_RUNNING: {
    when: "A verb needs a running engine and none answers on the control socket of this project folder.",
    remedy: "Start one with `pnpm start`, or run the verb in the folder of the engine you mean.",
  },
} as const;
