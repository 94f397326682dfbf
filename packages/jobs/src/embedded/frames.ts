// PostgreSQL's wire protocol as far as sharing one session between connections needs it: where messages end, and which of
// them matter. See "Message Formats" in PostgreSQL's manual.

/** Length of a startup message's parts: it alone has no type. */
const startupHeader = 8;

/** The run-time parameters of a startup message (`user`, `database`, `options` ...). */
export function startupParameters(message: Uint8Array): ReadonlyMap<string, string> {
  const texts = text(message.subarray(startupHeader)).split("\0");
  const found = new Map<string, string>();
  for (let i = 0; i + 1 < texts.length && texts[i] !== ""; i += 2) found.set(texts[i] ?? "", texts[i + 1] ?? "");
  return found;
}

/** Frontend messages after which the server has something to answer: Query, Sync, Flush, FunctionCall, CopyDone, CopyFail. */
const closing = new Set(["Q", "S", "H", "F", "c", "f"].map((type) => type.charCodeAt(0)));

export const terminate = "X".charCodeAt(0);
const notification = "A".charCodeAt(0);
const readyForQuery = "Z".charCodeAt(0);
const query = "Q".charCodeAt(0);

/** Takes the bytes of one connection as they come, and gives them back in batches the server can answer as a whole. */
export interface BatchReader {
  /** The batches that are complete now; the first one ever is the startup message. */
  push(chunk: Uint8Array): Uint8Array[];
}

export function createBatchReader(): BatchReader {
  let held: Uint8Array = new Uint8Array(0);
  let isStarted = false;
  return {
    push(chunk) {
      held = held.length === 0 ? chunk : concat([held, chunk]);
      const batches: Uint8Array[] = [];
      let start = 0;
      for (let at = 0; ;) {
        const length = messageLength(held, at, isStarted);
        if (length === undefined || at + length > held.length) break;
        const isEnd = !isStarted || closing.has(held[at] ?? 0) || held[at] === terminate;
        isStarted = true;
        at += length;
        if (!isEnd) continue;
        batches.push(held.subarray(start, at));
        start = at;
      }
      held = held.subarray(start);
      return batches;
    },
  };
}

/** Whether a batch may subscribe its connection to notifications. Where it does not, the connection only hears more than it asked for. */
export function mentionsListen(batch: Uint8Array): boolean {
  return /\bLISTEN\b/i.test(text(batch.subarray(0, 1_000)));
}

/** A server's answer, taken apart. */
export interface Answer {
  /** What belongs to whoever asked. */
  readonly own: Uint8Array;
  /** NotificationResponses: they belong to whoever listens. */
  readonly notifications: Uint8Array[];
  /** Whether the session is inside a transaction now; undefined when the answer does not say. */
  readonly isInTransaction: boolean | undefined;
}

export function splitAnswer(bytes: Uint8Array): Answer {
  const own: Uint8Array[] = [];
  const notifications: Uint8Array[] = [];
  let isInTransaction: boolean | undefined;
  let start = 0;
  for (let at = 0; at < bytes.length;) {
    const end = at + (messageLength(bytes, at, true) ?? bytes.length - at);
    if (bytes[at] === notification) {
      own.push(bytes.subarray(start, at));
      notifications.push(bytes.subarray(at, end));
      start = end;
    } else if (bytes[at] === readyForQuery) {
      isInTransaction = bytes[at + 5] !== "I".charCodeAt(0);
    }
    at = end;
  }
  if (start === 0) return { own: bytes, notifications, isInTransaction };
  return { own: concat([...own, bytes.subarray(start)]), notifications, isInTransaction };
}

/** A simple Query message. */
export function queryMessage(sql: string): Uint8Array {
  const body = new TextEncoder().encode(`${sql}\0`);
  const message = new Uint8Array(body.length + 5);
  message[0] = query;
  new DataView(message.buffer).setInt32(1, body.length + 4);
  message.set(body, 5);
  return message;
}

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Length of the message at `at`, its type included; undefined while its head is not there. */
function messageLength(bytes: Uint8Array, at: number, hasType: boolean): number | undefined {
  const head = at + (hasType ? 1 : 0);
  if (bytes.length < head + 4) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset + head).getInt32(0);
  return length + (hasType ? 1 : 0);
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
