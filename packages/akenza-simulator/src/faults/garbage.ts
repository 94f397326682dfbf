import type { Connection } from "../stream/connection.ts";

const OVERSIZED_BYTES = 2 * 1024 * 1024;

/** Texts that are JSON, or nearly, and nothing a client may trust. */
const TEXTS = {
  text: ["<html><body>502 Bad Gateway</body></html>", "not json", "", "\u0000\u0000", "NaN"],
  truncated: ['{"type":"sample_insert","sample":{"deviceId":"02', '{"type":"subscribed",', "["],
  wrongShape: [
    "null",
    "42",
    '"sample_insert"',
    "[]",
    "{}",
    '{"type":7}',
    '{"type":"sample_insert"}',
    '{"type":"sample_insert","sample":null}',
    '{"type":"sample_insert","sample":"02d2327fedce2128"}',
    '{"type":"sample_insert","sample":{"deviceId":7,"topic":[],"timestamp":"yesterday","data":"warm"}}',
    '{"type":"sample_insert","sample":{"topic":"default","timestamp":"2026-08-20T15:15:34.919Z","data":{}}}',
    '{"type":"subscribed","replyTo":{},"subscriptions":"all"}',
  ],
  unknownType: [
    '{"type":"heartbeat","timeStamp":"2026-08-20T15:15:34.919Z"}',
    '{"type":"device_data","data":{"temperature":21.4}}',
    '{"type":"","sample":{}}',
  ],
} as const;

/** The kinds of garbage there are. `invalidUtf8` and `brokenFrame` break the WebSocket protocol and end the connection. */
export const GARBAGE_KINDS = [
  "text",
  "truncated",
  "wrongShape",
  "unknownType",
  "binary",
  "oversized",
  "invalidUtf8",
  "brokenFrame",
] as const;

export type GarbageKind = (typeof GARBAGE_KINDS)[number];

/** Puts one piece of garbage on a connection, the `turn`-th of its kind; returns the text for the log. */
export function sendGarbage(connection: Connection, kind: GarbageKind, turn: number): string {
  switch (kind) {
    case "text":
    case "truncated":
    case "wrongShape":
    case "unknownType": {
      const texts = TEXTS[kind];
      const text = texts[turn % texts.length] ?? "";
      connection.send(text);
      return text;
    }
    case "binary":
      connection.send(Buffer.from([0x00, 0xff, 0xfe, 0x80, turn & 0xff]), true);
      return "5 bytes";
    case "oversized":
      connection.send(`{"type":"sample_insert","sample":{"data":"${"x".repeat(OVERSIZED_BYTES)}"}}`);
      return `${OVERSIZED_BYTES} bytes and more`;
    case "invalidUtf8":
      connection.send(Buffer.from([0xc3, 0x28]), false);
      return "a text frame that is not UTF-8";
    case "brokenFrame":
      // Reserved bits set, opcode 7: no client may accept it.
      connection.sendRaw(Buffer.from([0xf7, 0x01, 0x00]));
      return "a frame with a reserved opcode";
  }
}
