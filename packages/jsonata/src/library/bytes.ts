// Bytes are arrays of whole numbers from 0 to 255. Texts of them: hexadecimal, base64, UTF-8.
import { Buffer } from "node:buffer";
import { bytesOf, mostBytes, shown, textOf } from "./arguments.ts";
import { definePart } from "./definition.ts";

export const bytes = definePart("Bytes", {
  hexToBytes: {
    usage: "$hexToBytes(text)",
    summary:
      "The bytes of a hexadecimal text. A `0x` at its start, and a space, colon or hyphen between two bytes, are passed over.",
    signature: "<s-:a<n>>",
    needs: 1,
    call: (text: string) => hexToBytes(textOf(text, "hexadecimal")),
    examples: [
      { expression: '$hexToBytes("01ff10")', result: [1, 255, 16] },
      { expression: "$hexToBytes(payload)", input: { payload: "0x0A:0b" }, result: [10, 11] },
    ],
  },
  bytesToHex: {
    usage: "$bytesToHex(bytes)",
    summary: "The hexadecimal text of bytes: two digits each, in lower case.",
    signature: "<a:s>",
    needs: 1,
    call: (bytes: unknown) => Buffer.from(bytesOf(bytes)).toString("hex"),
    examples: [{ expression: "$bytesToHex([1, 255, 16])", result: "01ff10" }],
  },
  base64ToBytes: {
    usage: "$base64ToBytes(text)",
    summary: "The bytes of a base64 text, of either alphabet (`+/` or `-_`), with or without `=` at its end.",
    signature: "<s-:a<n>>",
    needs: 1,
    call: (text: string) => base64ToBytes(textOf(text, "base64")),
    examples: [{ expression: "$base64ToBytes(frm_payload)", input: { frm_payload: "Af8Q" }, result: [1, 255, 16] }],
  },
  bytesToBase64: {
    usage: "$bytesToBase64(bytes)",
    summary: "The base64 text of bytes, with `+/` and padded with `=`.",
    signature: "<a:s>",
    needs: 1,
    call: (bytes: unknown) => Buffer.from(bytesOf(bytes)).toString("base64"),
    examples: [{ expression: "$bytesToBase64([1, 255])", result: "Af8=" }],
  },
  textToBytes: {
    usage: "$textToBytes(text)",
    summary: "The bytes of a text in UTF-8.",
    signature: "<s-:a<n>>",
    needs: 1,
    call: (text: string) => listOf(Buffer.from(notTooLong(textOf(text, "the text"), 1), "utf8")),
    examples: [{ expression: '$textToBytes("5 °C")', result: [53, 32, 194, 176, 67] }],
  },
  bytesToText: {
    usage: "$bytesToText(bytes)",
    summary: "The text that bytes spell in UTF-8 (of which ASCII is a part). Bytes that spell none are an error.",
    signature: "<a:s>",
    needs: 1,
    call: (bytes: unknown) => bytesToText(bytesOf(bytes)),
    examples: [{ expression: "$bytesToText([79, 75])", result: "OK" }],
  },
});

function listOf(buffer: Uint8Array): number[] {
  if (buffer.length > mostBytes) throw new Error(`at most ${mostBytes} bytes are made, not ${buffer.length}`);
  return Array.from(buffer);
}

/** Refuses a text before it is read; `each` is the most characters that one byte can take in it. */
function notTooLong(text: string, each: number): string {
  const most = mostBytes * each;
  if (text.length > most) throw new Error(`a text of at most ${most} characters is taken, not of ${text.length}`);
  return text;
}

function hexToBytes(text: string): number[] {
  const hex = notTooLong(text, 3).trim();
  const bytes: number[] = [];
  for (let at = /^0x/i.test(hex) ? 2 : 0; at < hex.length; at += 2) {
    // A separator stands between two bytes: not at the end, which is trimmed of blanks only.
    if (bytes.length > 0 && isSeparator(hex.charCodeAt(at)) && at + 1 < hex.length) at++;
    const high = digitOf(hex.charCodeAt(at));
    const low = digitOf(hex.charCodeAt(at + 1));
    if (high < 0 || low < 0) {
      throw new Error(`a byte in hexadecimal has two digits, and ${shown(hex.slice(at, at + 2))} at ${at} has not`);
    }
    bytes.push(high * 16 + low);
  }
  return bytes.length > mostBytes ? listOf(Uint8Array.from(bytes)) : bytes;
}

const isSeparator = (code: number): boolean => code === 32 || code === 58 || code === 45;

function digitOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

function base64ToBytes(text: string): number[] {
  const base64 = notTooLong(text, 2).trim();
  const [, digits = "", padding = ""] = /^([A-Za-z0-9+/_-]*)(=*)$/.exec(base64) ?? [];
  const isPadded = padding === "" || (padding.length <= 2 && base64.length % 4 === 0);
  if (digits.length + padding.length !== base64.length || digits.length % 4 === 1 || !isPadded) {
    throw new Error(`${shown(text)} is no base64`);
  }
  return listOf(Buffer.from(digits, "base64"));
}

function bytesToText(bytes: readonly number[]): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch (cause) {
    throw new Error("these bytes are no text in UTF-8; $bytesToHex shows any", { cause });
  }
}
