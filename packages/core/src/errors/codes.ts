import { akenzaCodes } from "./codes-akenza.ts";
import { commandCodes } from "./codes-command.ts";
import { componentCodes } from "./codes-component.ts";
import { configCodes } from "./codes-config.ts";
import { consoleCodes } from "./codes-console.ts";
import { deadLetterCodes } from "./codes-dead-letter.ts";
import { engineCodes } from "./codes-engine.ts";
import { storeCodes } from "./codes-store.ts";

/** What the reference page says about a code: when it appears and what a person does about it. */
export interface ErrorCodeEntry {
  readonly when: string;
  readonly remedy: string;
}

/** Every error code of the project, by area. A code is AREA_NOUN_STATE, stable, and never reused for something else. */
export const errorCodes = {
  ...configCodes,
  ...componentCodes,
  ...akenzaCodes,
  ...commandCodes,
  ...storeCodes,
  ...engineCodes,
  ...consoleCodes,
  ...deadLetterCodes,
} satisfies Record<string, ErrorCodeEntry>;

export type ErrorCode = keyof typeof errorCodes;
