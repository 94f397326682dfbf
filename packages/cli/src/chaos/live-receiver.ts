import type { Mailbox, Simulator } from "@signalbox/akenza-simulator";
import type { Book } from "./book.ts";
import type { Journal } from "../proving/journal.ts";
import { type Link, openLink } from "./link.ts";
import type { Mood } from "./moods.ts";
import { readArrivals } from "./receivers.ts";

/** The system that takes WebSocket frames: a mailbox of the simulator behind a link that can jam. */
export interface LiveReceiver {
  readonly url: string;
  setMood(mood: Mood): void;
  /** Enters what came since the last time into the book. */
  read(): void;
  close(): Promise<void>;
}

export interface LiveReceiverOptions {
  readonly name: string;
  readonly simulator: Simulator;
  readonly book: Book;
  readonly journal: Journal;
}

export async function openLiveReceiver(options: LiveReceiverOptions): Promise<LiveReceiver> {
  const { name, simulator } = options;
  const mailbox = simulator.receiver(name);
  const link = await openLink(simulator.port);
  return {
    url: `ws://127.0.0.1:${link.port}/receiver/${name}`,
    setMood: (mood) => setMood(mailbox, link, mood),
    read: mailboxReader(mailbox, options),
    close: () => link.close(),
  };
}

function setMood(mailbox: Mailbox, link: Link, mood: Mood): void {
  mailbox.clearFaults();
  link.setJammed(mood === "jammed");
  if (mood === "refusing") mailbox.fail({ status: 503, times: 0 });
  // With a close frame, and read until the other side has answered it: WebSocket knows no receipt, so a connection that
  // is cut may take frames with it that the engine rightly counts as delivered.
  if (mood === "restarted" || mood === "refusing") mailbox.closeSockets(1012, "restart");
}

/** Reads a mailbox, each time from where it stopped. */
function mailboxReader({ messages }: Mailbox, { name, book, journal }: LiveReceiverOptions): () => void {
  let read = 0;
  return () => {
    const fresh = messages.total - read;
    if (fresh === 0) return;
    const { entries } = messages;
    if (entries.length < fresh) throw new Error("the mailbox let messages go unread");
    for (const { at, text } of entries.slice(-fresh)) {
      const arrivals = readArrivals(text, undefined);
      journal.write({ at, receiver: name, arrivals });
      for (const arrival of arrivals) book.arrived(arrival, at);
    }
    read = messages.total;
    messages.clear();
  };
}
