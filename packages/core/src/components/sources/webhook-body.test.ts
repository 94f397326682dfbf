import * as fc from "fast-check";
import { expect, test } from "vitest";
import { BodyRefused, readBody } from "./webhook-body.ts";

const types = fc.constantFrom(
  "application/json",
  "text/plain",
  "application/x-www-form-urlencoded",
  "a/b",
  "; charset=x",
  undefined,
);

test("whatever the bytes, a body is read or refused with its reason", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 100 }),
    fc.json().map((text) => Buffer.from(text)),
    fc.tuple(fc.json(), fc.nat(), fc.nat(255)).map(([text, at, put]) => {
      const body = Buffer.from(text);
      if (body.length > 0) body[at % body.length] = put;
      return body;
    }),
  );
  const property = fc.property(bytes, types, (body, type) => {
    expect(outcomeOf(body, type)).toMatch(/^read$|^400 WEBHOOK_BODY_MALFORMED$|^415 WEBHOOK_TYPE_UNSUPPORTED$/);
  });
  fc.assert(property, { numRuns: 30_000 });
});

function outcomeOf(body: Uint8Array, type: string | undefined): string {
  try {
    readBody(body, type);
    return "read";
  } catch (error) {
    return error instanceof BodyRefused ? `${error.status} ${error.code}` : String(error);
  }
}

test("names like __proto__ are fields like any other", () => {
  const form = readBody(Buffer.from("__proto__=1&a=2"), "application/x-www-form-urlencoded");
  expect(JSON.stringify(form)).toBe('{"__proto__":"1","a":"2"}');
  expect(JSON.stringify(readBody(Buffer.from('{"__proto__":{"x":1}}'), undefined))).toBe('{"__proto__":{"x":1}}');
});
