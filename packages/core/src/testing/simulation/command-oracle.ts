import type { Command } from "../../commands/contracts.ts";
import type { Book, ByHand, Order } from "./book.ts";
import type { Arrival, FarSide, Report } from "./far-side.ts";
import { groupBy } from "./group.ts";
import { longestStepMs, type Violation } from "./tick-oracle.ts";

const ends: ReadonlySet<string> = new Set([
  "accepted",
  "rejected",
  "failed",
  "unknown",
  "expired",
  "superseded",
  "cancelled",
  "confirmed",
  "unconfirmed",
]);

/** What was seen from outside. */
interface Seen {
  readonly book: Book;
  readonly farSide: Pick<FarSide, "arrivals" | "reports">;
}

/** Judges the command ledger's last word on each key by what arrived at the devices. */
export function judgeCommands({ book, farSide }: Seen, records: ReadonlyMap<string, Command>): readonly Violation[] {
  const { arrivals } = farSide;
  const reports = groupBy(farSide.reports, ({ key }) => key);
  const byKey = groupBy(arrivals, ({ key }) => key);
  const violations: Violation[] = [];
  for (const [key, order] of book.orders) {
    const seen = {
      arrivals: byKey.get(key) ?? [],
      reports: reports.get(key) ?? [],
      wishes: book.byHand.get(key) ?? [],
    };
    const found = judgeCommand({ order, record: records.get(key), ...seen }, book);
    violations.push(...found.map((what) => ({ what, subject: key })));
  }
  for (const key of byKey.keys()) {
    if (!book.orders.has(key)) violations.push({ what: "sent, though nobody ordered it", subject: key });
  }
  const isCancelled = (key: string): boolean => records.get(key)?.state === "cancelled";
  return [...violations, ...judgeOrder(book, arrivals), ...judgeSuperseding(book, { byKey, isCancelled })];
}

interface Case {
  readonly order: Order;
  readonly record: Command | undefined;
  readonly arrivals: readonly Arrival[];
  readonly reports: readonly Report[];
  readonly wishes: readonly ByHand[];
}

function judgeCommand(the: Case, book: Book): string[] {
  const { order, record, arrivals } = the;
  if (record === undefined) {
    return order.acceptedAt === undefined && arrivals.length === 0 ? [] : ["lost: the ledger does not know it"];
  }
  const found = [...judgeArrivals(the), ...judgeConfirmation(the), ...judgeCancelling(the), ...judgeBegin(the, book)];
  if (!ends.has(record.state)) found.push(`still ${record.state} at the end`);
  if (record.state === "accepted" && !arrivals.some(({ isCarriedOut }) => isCarriedOut))
    found.push("recorded as accepted, but it never was");
  if ((record.state === "failed" || record.state === "rejected") && arrivals.some(({ isCarriedOut }) => isCarriedOut))
    if (!mayRepeat(the)) found.push(`recorded as ${record.state}, but it was carried out`);
  const wasUnknown = record.history.some(({ state }) => state === "unknown");
  // One that is tried again after its acceptance may have been carried out, whatever the last try says.
  const wasTriedAgain = order.command.confirm?.otherwise === "retry" && arrivals.length > 1;
  const isCut = book.cut.has(record.key) || arrivals.some(({ answer }) => answer === "unknown") || wasTriedAgain;
  if (wasUnknown && !isCut) found.push("unknown, though nothing cut it between sending and recording");
  return found;
}

/** What waits for its time is not sent before it, unless it takes the place of one whose time came earlier. */
function judgeBegin({ order: { command, askedAt }, arrivals }: Case, { orders }: Book): string[] {
  const { device, notBefore = -Infinity, supersedeKey } = command;
  if (!arrivals.some(({ at }) => at < notBefore)) return [];
  const hasElder = [...orders.values()].some(
    (other) =>
      other.askedAt <= askedAt &&
      other.command.device === device &&
      other.command.supersedeKey === supersedeKey &&
      other.command.key !== command.key,
  );
  return supersedeKey !== undefined && hasElder ? [] : ["sent before its time"];
}

function judgeCancelling({ record, arrivals, wishes }: Case): string[] {
  const cancels = wishes.filter(({ what }) => what === "cancel");
  const doneAt = cancels.find((wish) => wish.doneAt !== undefined)?.doneAt;
  const isCancelled = record?.state === "cancelled";
  if (doneAt !== undefined && !isCancelled) return [`${record?.state ?? "gone"}, though it was cancelled`];
  if (doneAt !== undefined && arrivals.some(({ elapsed }) => elapsed > doneAt)) return ["sent after it was cancelled"];
  return isCancelled && cancels.length === 0 ? ["cancelled, though nobody asked for that"] : [];
}

function judgeArrivals(the: Case): string[] {
  const { order, record, arrivals, wishes } = the;
  const found: string[] = [];
  const { expiresAt } = order.command;
  if (expiresAt !== undefined && arrivals.some(({ at }) => at >= expiresAt)) found.push("sent after its time was over");
  const mayRepeatItself = repeatsItself(order);
  const isTriedAgain = order.command.confirm?.otherwise === "retry";
  for (const [index, arrival] of arrivals.slice(0, -1).entries()) {
    const isByHand = wishes.some(
      ({ what, askedAt }) =>
        what === "resend" && askedAt >= arrival.elapsed && askedAt <= (arrivals[index + 1]?.elapsed ?? 0),
    );
    const isAsking = !mayRepeatItself && !isByHand;
    if (!isTriedAgain && arrival.answer === "accepted" && wasRecorded(record, arrivals[index + 1]))
      found.push("sent again after it was recorded as accepted");
    else if (isAsking && arrival.isCarriedOut) found.push("sent again after it was carried out");
    else if (isAsking && arrival.answer === "unknown") found.push("sent again after it was unknown");
  }
  const over = record?.history.find(({ state }) => isOver.has(state));
  // The last one, whatever the clock shows for those before it: it may have been set back meanwhile.
  const last = arrivals.at(-1);
  if (over !== undefined && last !== undefined && last.at > Date.parse(over.at))
    found.push(`sent after it was ${over.state}`);
  return found;
}

/** States after which nothing is sent, whatever the author says. */
const isOver: ReadonlySet<string> = new Set(["superseded", "expired", "confirmed", "cancelled"]);

/** Whether somebody wanted it sent again although it may have been carried out: its author, or a person. */
function mayRepeat({ order, wishes }: Case): boolean {
  return repeatsItself(order) || wishes.some(({ what }) => what === "resend");
}

function repeatsItself({ command }: Order): boolean {
  return command.onUnknown === "resend" || command.confirm?.otherwise === "retry";
}

function judgeConfirmation({ order, record, reports }: Case): string[] {
  if (record === undefined) return [];
  const { confirm } = order.command;
  if (record.state === "confirmed" && reports.length === 0)
    return ["recorded as confirmed, but its device said nothing"];
  if (record.state === "accepted" && confirm !== undefined) return ["accepted, and its confirmation has no end"];
  return [];
}

function wasRecorded(record: Command | undefined, next: Arrival | undefined): boolean {
  const accepted = record?.history.find(({ state }) => state === "accepted");
  return accepted !== undefined && next !== undefined && next.at > Date.parse(accepted.at);
}

/**
 * Of a device, what was accepted earlier is sent earlier; what ran into one another may come in any order. What waits for a
 * time of its own, and what a person has sent again, has another place.
 */
function judgeOrder(book: Book, arrivals: readonly Arrival[]): Violation[] {
  const violations: Violation[] = [];
  for (const [, own] of groupBy(arrivals, ({ device }) => device)) {
    let latest: Order | undefined;
    for (const { key } of own) {
      const order = book.orders.get(key);
      if (order === undefined || order.command.notBefore !== undefined) continue;
      if (book.byHand.get(key)?.some(({ what }) => what === "resend") === true) continue;
      const { acceptedAt = Infinity } = order;
      const isBehind =
        latest !== undefined && acceptedAt < latest.askedAt && !isTurned(book, acceptedAt, latest.askedAt);
      if (isBehind)
        violations.push({ what: `sent after ${latest?.command.key}, which was ordered later`, subject: key });
      else if (latest === undefined || order.askedAt > latest.askedAt) latest = order;
    }
  }
  return violations;
}

/**
 * Places go by the wall clock: once it was set back, another engine may take a later command first, until the clock shows
 * again what it did.
 */
function isTurned({ setBack }: Book, earlier: number, later: number): boolean {
  return setBack.some((at) => at >= earlier - longestStepMs && at <= later);
}

/** What still waited when a newer one of its kind was taken is not sent any more. */
function judgeSuperseding(
  book: Book,
  { byKey, isCancelled }: { byKey: ReadonlyMap<string, readonly Arrival[]>; isCancelled: (key: string) => boolean },
): Violation[] {
  const violations: Violation[] = [];
  const kinds = groupBy(book.orders.values(), ({ command }) => `${command.device} ${command.supersedeKey ?? ""}`);
  for (const [kind, orders] of kinds) {
    if (kind.endsWith(" ")) continue;
    for (const { command, acceptedAt = Infinity } of orders) {
      const firstSent = byKey.get(command.key)?.[0]?.elapsed;
      if (firstSent === undefined) continue;
      const newer = orders.find(
        (each) =>
          each.askedAt > acceptedAt && (each.acceptedAt ?? Infinity) < firstSent && !isCancelled(each.command.key),
      );
      if (newer !== undefined)
        violations.push({ what: `sent after ${newer.command.key} had superseded it`, subject: command.key });
    }
  }
  return violations;
}
