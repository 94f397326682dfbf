import { expect, test } from "vitest";
import { concat, queryMessage } from "./frames.ts";
import { type Connection, idleTransactionMs, Session } from "./session.ts";

/** A session over something that remembers what it was asked, and opens and ends transactions. */
function bench(): {
  asked: string[];
  session: Session;
  connect(options?: string): Connection & { heard: string[]; isClosed: boolean; ask(sql: string): void };
  passTime(): number | undefined;
} {
  const asked: string[] = [];
  let isOpen = false;
  let waiting: { run: () => void; delayMs: number } | undefined;
  const session = new Session({
    exec(bytes) {
      const sql = bytes[0] === 0x51 ? Buffer.from(bytes).toString("utf8", 5, bytes.length - 1) : "startup";
      asked.push(sql);
      if (sql === "BEGIN") isOpen = true;
      if (sql === "COMMIT" || sql === "ROLLBACK") isOpen = false;
      const notes = sql.startsWith("NOTIFY") ? [message("A", sql)] : [];
      return concat([message("D", sql), ...notes, message("Z", isOpen ? "T" : "I")]);
    },
    timer(run, delayMs) {
      waiting = { run, delayMs };
      return () => (waiting = undefined);
    },
  });
  return {
    asked,
    session,
    passTime() {
      const timer = waiting;
      timer?.run();
      return timer?.delayMs;
    },
    connect(options = "") {
      const heard: string[] = [];
      const peer = {
        isClosed: false,
        send: (bytes: Uint8Array) => void heard.push(...texts(bytes)),
        close: () => void (peer.isClosed = true),
      };
      const connection = session.connect(peer);
      const parameters = options === "" ? "\0" : `options\0${options}\0\0`;
      connection.receive(message("", `\0\u0003\0\0${parameters}`));
      const ask = (sql: string): void => connection.receive(queryMessage(sql));
      return {
        ...connection,
        heard,
        ask,
        get isClosed() {
          return peer.isClosed;
        },
      };
    },
  };
}

test("each gets its own answers", () => {
  const { connect } = bench();
  const [a, b] = [connect(), connect()];
  a.ask("A1");
  b.ask("B1");
  a.ask("A2");
  expect(a.heard).toEqual(["startup", "A1", "A2"]);
  expect(b.heard).toEqual(["startup", "B1"]);
});

test("while a transaction is open the others wait, in order", () => {
  const { connect, asked, session } = bench();
  const [a, b, c] = [connect(), connect(), connect()];
  asked.length = 0;
  a.ask("BEGIN");
  b.ask("B");
  session.run("VACUUM");
  c.ask("C");
  a.ask("A");
  a.ask("COMMIT");
  expect(asked).toEqual(["BEGIN", "A", "COMMIT", "B", "VACUUM", "C"]);
});

test("the transaction of one who leaves is rolled back, and the others go on", () => {
  const { connect, asked } = bench();
  const [a, b] = [connect(), connect()];
  asked.length = 0;
  a.ask("BEGIN");
  b.ask("B");
  a.end();
  a.end();
  expect(asked).toEqual(["BEGIN", "ROLLBACK", "B"]);
});

test("a transaction nobody goes on with is ended, and its connection with it", () => {
  const { connect, asked, passTime } = bench();
  const [a, b] = [connect(), connect()];
  asked.length = 0;
  a.ask("BEGIN");
  b.ask("B");
  expect(passTime()).toBe(idleTransactionMs);
  expect(asked).toEqual(["BEGIN", "ROLLBACK", "B"]);
  expect(a.isClosed).toBe(true);
  expect(b.isClosed).toBe(false);
});

test("notifications go to all who listen, and to nobody else", () => {
  const { connect } = bench();
  const [a, b, c] = [connect(), connect(), connect()];
  a.ask("LISTEN x");
  b.ask("-- wake me\nLISTEN x");
  c.ask("NOTIFY x");
  expect(a.heard.slice(2)).toEqual(["NOTIFY x"]);
  expect(b.heard.slice(2)).toEqual(["NOTIFY x"]);
  expect(c.heard.slice(1)).toEqual(["NOTIFY x"]);
});

test("what a connection asked for when it started holds in its turns, and nobody else's settings do", () => {
  const { connect, asked } = bench();
  const engine = connect('-c search_path="queue" -c jit=off');
  const own = connect();
  asked.length = 0;
  own.ask("A");
  own.ask("B");
  engine.ask("C");
  own.ask("D");
  expect(asked).toEqual(["A", "B", 'RESET ALL; SET search_path TO "queue"; SET jit TO off;', "C", "RESET ALL; ", "D"]);
});

function message(type: string, body: string): Uint8Array {
  const bytes = Buffer.from(body, "utf8");
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes.length + 4);
  return concat([Buffer.from(type), length, bytes]);
}

/** The bodies of the messages but ReadyForQuery's. */
function texts(bytes: Uint8Array): string[] {
  const found: string[] = [];
  const buffer = Buffer.from(bytes);
  for (let at = 0; at < buffer.length;) {
    const end = at + 1 + buffer.readInt32BE(at + 1);
    if (buffer[at] !== 0x5a) found.push(buffer.toString("utf8", at + 5, end));
    at = end;
  }
  return found;
}
