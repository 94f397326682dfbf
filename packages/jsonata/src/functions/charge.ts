// What work in one call is charged, where it can be long: loops of built-in functions run for many items without meeting
// a limit of their own. Short work is free, so that the common case pays one comparison.
import { budget } from "../runtime/budget.ts";

const freeItems = 32;
const freeText = 512;

/** Charges one pass over this many items. */
export function chargeItems(count: number): void {
  if (count > freeItems) budget.spend(count >> 3);
}

/** Charges one pass over a text of this length. */
export function chargeRead(length: number): void {
  if (length > freeText) budget.spend(length >> 6);
}

/** Charges a text that was made. Throws LIMIT_OUTPUT. */
export function chargeMade(text: string): string {
  if (text.length > freeText) budget.text(text.length);
  return text;
}
