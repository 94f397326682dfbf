// "The other systems": a place for pipelines to send to, over HTTP and WebSocket, that remembers what came. What it is
// not: the HTTP server (server/http-server.ts), which reads requests and carries out faults.
import { WebSocket } from "ws";
import { checkClosing, checkStatus } from "./checks.ts";
import { BoundedLog } from "./entry-log.ts";
import type { Activity, EntryLog } from "./entry-log.ts";
import { RequestFaults } from "./faults/request-faults.ts";
import type { RequestFault } from "./faults/request-faults.ts";
import type { Answer } from "./rest/answer.ts";
import type { RequestEntry } from "./server/request-entry.ts";

export interface ReceiverMessage {
  readonly at: number;
  readonly path: string;
  /** Binary messages as base64. */
  readonly text: string;
  readonly isBinary: boolean;
}

/** What one name under /receiver has been sent. */
export interface Mailbox {
  readonly name: string;
  /** HTTP requests, with how each was answered. */
  readonly requests: EntryLog<RequestEntry>;
  /** WebSocket messages. */
  readonly messages: EntryLog<ReceiverMessage>;
  /** Open WebSockets. */
  readonly socketCount: number;
  /** Answers all requests so from now on. Default: 204 without a body. */
  answerWith(answer: Answer): void;
  /** Meets the next request, or the next `times`; `path` is the whole path and defaults to any under this name. */
  fail(fault: RequestFault): void;
  /** Sends a text to every open WebSocket. */
  send(text: string): void;
  closeSockets(code?: number, reason?: string): void;
  clearFaults(): void;
}

export class ReceiverMailbox implements Mailbox {
  readonly name: string;
  readonly requests: BoundedLog<RequestEntry>;
  readonly messages: BoundedLog<ReceiverMessage>;
  readonly faults: RequestFaults;
  readonly #sockets = new Set<WebSocket>();
  answer: Answer = { status: 204 };

  constructor(name: string, logs: { readonly logSize: number; readonly activity: Activity }) {
    this.name = name;
    this.faults = new RequestFaults("*", logs.activity);
    this.requests = new BoundedLog(logs.logSize, logs.activity);
    this.messages = new BoundedLog(logs.logSize, logs.activity);
  }

  get socketCount(): number {
    return this.#sockets.size;
  }

  answerWith(answer: Answer): void {
    checkStatus(answer.status);
    this.answer = answer;
  }

  fail(fault: RequestFault): void {
    this.faults.arm(fault);
  }

  open(socket: WebSocket, path: string, now: () => number): void {
    this.#sockets.add(socket);
    socket.on("message", (data, isBinary) => {
      const text = (data as Buffer).toString(isBinary ? "base64" : "utf8");
      this.messages.append({ at: now(), path, text, isBinary });
    });
    socket.on("error", () => undefined);
    socket.on("close", () => this.#sockets.delete(socket));
  }

  send(text: string): void {
    for (const socket of this.#sockets) if (socket.readyState === WebSocket.OPEN) socket.send(text);
  }

  closeSockets(code = 1001, reason = ""): void {
    checkClosing(code, reason);
    for (const socket of this.#sockets) socket.close(code, reason);
  }

  clearFaults(): void {
    this.faults.clear();
    this.answer = { status: 204 };
  }
}

/** All names; one is there as soon as it is asked for. */
export class Receiver {
  readonly #mailboxes = new Map<string, ReceiverMailbox>();
  readonly #logs: { readonly logSize: number; readonly activity: Activity };

  constructor(logs: { readonly logSize: number; readonly activity: Activity }) {
    this.#logs = logs;
  }

  get mailboxes(): readonly ReceiverMailbox[] {
    return [...this.#mailboxes.values()];
  }

  mailbox(name: string): ReceiverMailbox {
    const mailbox = this.#mailboxes.get(name) ?? new ReceiverMailbox(name, this.#logs);
    this.#mailboxes.set(name, mailbox);
    return mailbox;
  }

  /** The mailbox a path leads to; undefined for a path that is not under /receiver. */
  at(path: string): ReceiverMailbox | undefined {
    const name = /^\/receiver\/([^/]+)/.exec(path)?.[1];
    return name === undefined ? undefined : this.mailbox(name);
  }
}
