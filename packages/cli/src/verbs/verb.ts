import type { Command } from "commander";

/** A verb of the command line: a commander command, and what its help and its reference page add to it. */
export interface Verb {
  readonly command: Command;
  readonly examples: readonly { readonly line: string; readonly says: string }[];
  readonly exitCodes: readonly { readonly code: number; readonly when: string }[];
  /** The verbs below it, where it does nothing by itself. */
  readonly verbs?: readonly Verb[];
}

/** The whole command line. */
export interface Program {
  readonly command: Command;
  readonly verbs: readonly Verb[];
}

export const trouble = { code: 2, when: "wrong usage, or trouble that kept the verb from doing its work" } as const;

export const noEngine = { code: 3, when: "no engine runs here (ENGINE_NOT_RUNNING)" } as const;

/** Examples and exit codes, below commander's own help. */
export function helpAfter({ examples, exitCodes }: Verb): string {
  const lines = [
    "",
    "Examples:",
    ...examples.flatMap(({ line, says }) => [`  $ ${line}`, `      ${says}`]),
    "",
    "Exit codes:",
    ...exitCodes.map(({ code, when }) => `  ${code}  ${when}`),
  ];
  return lines.join("\n");
}
