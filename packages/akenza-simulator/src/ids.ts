import { hexOf } from "./random.ts";

/** The first two hex digits of an akenza id tell what it names. */
const PREFIX = {
  device: "02",
  integration: "06",
  deviceConnector: "07",
  dataFlow: "08",
  organization: "28",
  workspace: "29",
  deviceType: "33",
  tag: "71",
} as const;

export type IdKind = keyof typeof PREFIX;

/** An id of 16 lower-case hex digits with the prefix of its kind; equal parts give an equal id. */
export function idOf(kind: IdKind, ...parts: readonly (number | string)[]): string {
  return PREFIX[kind] + hexOf(14, kind, ...parts);
}
