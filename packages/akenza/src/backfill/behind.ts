import type { RoutedSample } from "../routing/consumer.ts";

/** What a device that is not level with akenza has waiting, for one pipeline. */
export interface Behind {
  /** Live samples that follow once history has been read; in order. */
  held: RoutedSample[];
  /** The last sample there was no room for: akenza has it, and history is read until it shows it. */
  missed: RoutedSample | undefined;
  /** True when more may have been missed since the present reading began. */
  isStale: boolean;
  /**
   * Only a connection was down, and everything stored before this moment of akenza's time had come. "" where more is
   * known to be missing, or a process ended: then only history can tell.
   */
  levelUntil: string;
}

/** Live samples held for one device, at most. */
export const maxHeldPerDevice = 100;

export function newBehind(levelUntil: string): Behind {
  return { held: [], missed: undefined, isStale: false, levelUntil };
}
