// Says whether what the receiving systems got is what the outside world stored. Not here: anything that the engine says
// of itself; its counts are looked at while it runs (engine-status.ts).
import type { Arrival, Book, Expected } from "./book.ts";
import { inversionsIn } from "./order.ts";

/** Something that delivery.md forbids. */
export interface Violation {
  readonly receiver: string;
  readonly what: "missing" | "foreign" | "out of order" | "wrong key" | "dead letter";
  readonly text: string;
  /** What lines of the engine's log about it would hold. */
  readonly needle: string;
}

/** Everything that is wrong with what one receiving system got. */
export function violationsIn(book: Book): readonly Violation[] {
  const { receiver } = book;
  const missing = [...book.missing()].map((item) => violation(receiver, "missing", item));
  const foreign = book.foreign.map((arrival) => violation(receiver, "foreign", arrival));
  const miskeyed = book.miskeyed.map((arrival) => violation(receiver, "wrong key", arrival));
  const disordered = [...book.firsts.values()].flatMap(inversionsIn).map(({ earlier, later }) => ({
    ...violation(receiver, "out of order", earlier),
    text: `${describe(earlier)} came after ${describe(later)}`,
  }));
  const misburied = [...book.misburied].map((id): Violation => {
    return { receiver, what: "dead letter", text: `${id} was never rejected`, needle: `"${id}"` };
  });
  return [...missing, ...foreign, ...disordered, ...miskeyed, ...misburied];
}

function violation(receiver: string, what: Violation["what"], item: Expected | Arrival): Violation {
  return { receiver, what, text: describe(item), needle: item.time === "" ? `"${item.id}"` : item.time };
}

function describe(item: Expected | Arrival): string {
  const { id, device, topic, time } = item;
  const standing = "order" in item ? `stored as ${item.order}` : `key ${item.key ?? "none"}`;
  const way = "first" in item && item.first?.isBackfilled === true ? ", back-filled" : "";
  return `${id} (device ${device}, topic ${topic}, ${time === "" ? "no time" : time}, ${standing}${way})`;
}
