import { expect, test } from "vitest";
import { redact, redactJson } from "./redact.ts";
import { noteHeader, noteSecret, noteSecretsIn } from "./secrets.ts";

test("replaces every form of a secret, the longest first", () => {
  const hide = redact(["swordfish", "swordfish-and-more", 'a "quoted" one', "p&ss wörd", "$^.*+?()[]{}|/-\\"]);
  expect(hide("x swordfish-and-more y swordfish")).toBe("x [redacted] y [redacted]");
  expect(hide(JSON.stringify({ key: 'a "quoted" one' }))).toBe('{"key":"[redacted]"}');
  expect(hide("https://h?p=p%26ss%20w%C3%B6rd")).toBe("https://h?p=[redacted]");
  expect(hide("a$^.*+?()[]{}|/-\\b")).toBe("a[redacted]b");
});

test("a short secret is replaced only where it stands alone", () => {
  const hide = redact(["1", "on", ""]);
  expect(hide("1 is on, 11 is one")).toBe("[redacted] is [redacted], 11 is one");
});

test("without secrets a text stays as it is", () => {
  expect(redact([])("anything")).toBe("anything");
  expect(redact(["\ud800abcdef"])("\ud800abcdef")).toBe("[redacted]");
});

const odd = 'k3y "q" \\ ü&%/+=:<x>\'\n€ 🔑';

test.each([
  ["as it is", odd],
  ["in JSON", JSON.stringify(odd).slice(1, -1)],
  ["in JSON in JSON", JSON.stringify(JSON.stringify(odd)).slice(3, -3)],
  [
    "in ASCII",
    JSON.stringify(odd)
      .slice(1, -1)
      .replaceAll(/[^ -~]|[<>&']/g, (unit) => `\\u${hex(unit)}`),
  ],
  ["in a URL", encodeURIComponent(odd)],
  ["in a URL in a URL, in small letters", encodeURIComponent(encodeURIComponent(odd)).toLowerCase()],
  ["in a form", new URLSearchParams({ odd }).toString().slice(4)],
  ["in HTML", odd.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")],
  ["in YAML, indented", odd.replaceAll("\n", "\r\n      ")],
])("a secret is found %s", (_form, text) => {
  expect(redact([odd])(`before ${text} after`)).toBe("before [redacted] after");
});

test.each(["", "u", "us", "use", "user:"])("and in base64 behind %j, with what stands around it", (before) => {
  const hide = redact(["pass!word"]);
  for (const after of ["", "a", "ab", "abc"]) {
    for (const encoding of ["base64", "base64url"] as const) {
      const text = hide(`Basic ${Buffer.from(`${before}pass!word${after}`).toString(encoding)}.`);
      expect(text).toMatch(/^Basic [\w+/=-]*\[redacted\][\w+/=-]*\.$/);
      const left = text.replace("Basic ", "").replaceAll(/\[redacted\]|\./g, "");
      expect(Buffer.from(left, "base64").toString("latin1")).not.toMatch(/[pasword!]{3}/);
    }
  }
});

test("what is left of a secret where a text was cut is taken out, and nothing else", () => {
  const hide = redact(["swordfish", 'a "quoted" one']);
  expect(hide("it is swordf… and more")).toBe("it is [redacted]… and more");
  expect(hide('{"key":"a \\"quo..."}')).toBe('{"key":"[redacted]..."}');
  expect(hide(JSON.stringify(JSON.stringify('a "quo')).replace('\\""', "…"))).toBe('"\\"[redacted]…');
  expect(redact(["-----BEGIN KEY-----\nabcd"])("answered 500: -----BEGIN KEY----- ab…")).toBe(
    "answered 500: [redacted]…",
  );
  expect(hide("a long word… sword, swo… and ...")).toBe("a long word… sword, swo… and ...");
});

test("hostile texts take no time", () => {
  const hide = redact(['"quoted"', "\\\\server\\share", "\n\n\nabcdef", " / / / /"]);
  for (const piece of ["\\", '\\"', "\n", " ", "…", "..", "%25", "A"]) {
    const text = piece.repeat(100_000);
    expect(hide(text).length).toBeLessThanOrEqual(text.length);
  }
});

test("JSON stays JSON, and loses secrets in keys, too", () => {
  const hide = redact(["n1234567", "1"]);
  const json = JSON.stringify({ n1234567: ["\n1234567", { text: "is n1234567" }], count: 1, none: null });
  expect(JSON.parse(redactJson(json, hide))).toEqual({
    "[redacted]": ["\n1234567", { text: "is [redacted]" }],
    count: 1,
    none: null,
  });
});

test("secrets are found in addresses and headers", () => {
  const secrets = new Set<string>();
  noteSecret(secrets, "postgres://ada:p%40ss@h/db?sslmode=require");
  noteSecretsIn(secrets, "see https://t0ken@h/x?api_key=abc%2Fdef&page=2 and redis://ada@h");
  noteHeader(secrets, "Bearer b3arer");
  noteHeader(secrets, "Bearer ");
  expect([...secrets]).toEqual([
    "postgres://ada:p%40ss@h/db?sslmode=require",
    "p%40ss",
    "p@ss",
    "t0ken",
    "abc%2Fdef",
    "abc/def",
    "Bearer b3arer",
    "b3arer",
  ]);
});

function hex(unit: string): string {
  return unit.charCodeAt(0).toString(16).padStart(4, "0");
}
