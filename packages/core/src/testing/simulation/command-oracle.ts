import type { Command } from "../../commands/contracts.ts";
import type { Book, Order } from "./book.ts";
import type { Arrival, FarSide, Report } from "./far-side.ts";
import { groupBy } from "./group.ts";
import type { Violation } from "./tick-oracle.ts";

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
    const found = judgeCommand(
      { order, record: records.get(key), arrivals: byKey.get(key) ?? [], reports: reports.get(key) ?? [] },
      book,
    );
    violations.push(...found.map((what) => ({ what, subject: key })));
  }
  for (const key of byKey.keys()) {
    if (!book.orders.has(key)) violations.push({ what: "sent, though nobody ordered it", subject: key });
  }
  return [...violations, ...judgeOrder(book, arrivals), ...judgeSuperseding(book, byKey)];
}

interface Case {
  readonly order: Order;
  readonly record: Command | undefined;
  readonly arrivals: readonly Arrival[];
  readonly reports: readonly Report[];
}

function judgeCommand(the: Case, book: Book): string[] {
  const { order, record, arrivals } = the;
  if (record === undefined) {
    return order.acceptedAt === undefined && arrivals.length === 0 ? [] : ["lost: the ledger does not know it"];
  }
  const found = [...judgeArrivals(the), ...judgeConfirmation(the)];
  if (!ends.has(record.state)) found.push(`still ${record.state} at the end`);
  if (record.state === "accepted" && !arrivals.some(({ isCarriedOut }) => isCarriedOut))
    found.push("recorded as accepted, but it never was");
  if ((record.state === "failed" || record.state === "rejected") && arrivals.some(({ isCarriedOut }) => isCarriedOut))
    if (!mayRepeat(order)) found.push(`recorded as ${record.state}, but it was carried out`);
  const wasUnknown = record.history.some(({ state }) => state === "unknown");
  // One that is tried again after its acceptance may have been carried out, whatever the last try says.
  const wasTriedAgain = order.command.confirm?.otherwise === "retry" && arrivals.length > 1;
  const isCut = book.cut.has(record.key) || arrivals.some(({ answer }) => answer === "unknown") || wasTriedAgain;
  if (wasUnknown && !isCut && !isMarkInDoubt(record, book))
    found.push("unknown, though nothing cut it between sending and recording");
  return found;
}

// A store that marked it as sent and could not say so: nobody knows then whether the mark was this engine's own.
function isMarkInDoubt({ history }: Command, { disturbances }: Book): boolean {
  const marks = history.filter(({ state }) => state === "sent").map(({ at }) => Date.parse(at));
  return disturbances.some(
    ({ what, from, to }) => what === "lost answers" && marks.some((at) => at >= from && at <= to),
  );
}

function judgeArrivals({ order, record, arrivals }: Case): string[] {
  const found: string[] = [];
  const { expiresAt } = order.command;
  if (expiresAt !== undefined && arrivals.some(({ at }) => at >= expiresAt)) found.push("sent after its time was over");
  const isAsking = !mayRepeat(order);
  const isTriedAgain = order.command.confirm?.otherwise === "retry";
  for (const [index, arrival] of arrivals.slice(0, -1).entries()) {
    if (!isTriedAgain && arrival.answer === "accepted" && wasRecorded(record, arrivals[index + 1]))
      found.push("sent again after it was recorded as accepted");
    else if (isAsking && arrival.isCarriedOut) found.push("sent again after it was carried out");
    else if (isAsking && arrival.answer === "unknown") found.push("sent again after it was unknown");
  }
  const over = record?.history.find(({ state }) => isOver.has(state));
  if (over !== undefined && arrivals.some(({ at }) => at > Date.parse(over.at)))
    found.push(`sent after it was ${over.state}`);
  return found;
}

/** States after which nothing is sent, whatever the author says. */
const isOver: ReadonlySet<string> = new Set(["superseded", "expired", "confirmed"]);

/** Whether the author wants it sent again although it may have been carried out. */
function mayRepeat({ command }: Order): boolean {
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

/** Of a device, what was accepted earlier is sent earlier; what ran into one another may come in any order. */
function judgeOrder(book: Book, arrivals: readonly Arrival[]): Violation[] {
  const violations: Violation[] = [];
  for (const [, own] of groupBy(arrivals, ({ device }) => device)) {
    let latest: Order | undefined;
    for (const { key } of own) {
      const order = book.orders.get(key);
      if (order === undefined) continue;
      const isBehind = latest !== undefined && (order.acceptedAt ?? Infinity) < latest.askedAt;
      if (isBehind)
        violations.push({ what: `sent after ${latest?.command.key}, which was ordered later`, subject: key });
      else if (latest === undefined || order.askedAt > latest.askedAt) latest = order;
    }
  }
  return violations;
}

/** What still waited when a newer one of its kind was taken is not sent any more. */
function judgeSuperseding(book: Book, byKey: ReadonlyMap<string, readonly Arrival[]>): Violation[] {
  const violations: Violation[] = [];
  const kinds = groupBy(book.orders.values(), ({ command }) => `${command.device} ${command.supersedeKey ?? ""}`);
  for (const [kind, orders] of kinds) {
    if (kind.endsWith(" ")) continue;
    for (const { command, acceptedAt = Infinity } of orders) {
      const firstSent = byKey.get(command.key)?.[0]?.elapsed;
      if (firstSent === undefined) continue;
      const newer = orders.find((each) => each.askedAt > acceptedAt && (each.acceptedAt ?? Infinity) < firstSent);
      if (newer !== undefined)
        violations.push({ what: `sent after ${newer.command.key} had superseded it`, subject: command.key });
    }
  }
  return violations;
}
