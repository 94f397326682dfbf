import { expect, test } from "vitest";
import { type ConnectionSettings, authorization, settingsSchema, socketUrl } from "./settings.ts";
import { aroundSource, parse } from "./testing/project.ts";

const read = (input: unknown): ConnectionSettings => settingsSchema.parse(input);

test("defaults", () => {
  expect(read({ apiKey: "k" })).toEqual({
    apiKey: "k",
    baseUrl: "https://api.akenza.io",
    maxFrameSize: 1024 * 1024,
    requestTimeout: 30_000,
    rateLimit: { perSecond: 10, burst: 25 },
  });
});

test.each([
  [{ apiKey: "a b&c" }, "wss://api.akenza.io/v3/data-streams?xApiKey=a+b%26c"],
  [{ accessToken: "h.p.s" }, "wss://api.akenza.io/v3/data-streams?access_token=h.p.s"],
  [{ apiKey: "k", baseUrl: "http://127.0.0.1:8090" }, "ws://127.0.0.1:8090/v3/data-streams?xApiKey=k"],
  [
    { apiKey: "k", baseUrl: "https://iot.example.com/akenza/" },
    "wss://iot.example.com/akenza/v3/data-streams?xApiKey=k",
  ],
])("the socket of %j is %s", (input, url) => {
  expect(socketUrl(read(input))).toBe(url);
});

test("REST takes a key in its own header and a token as bearer", () => {
  expect(authorization(read({ apiKey: "k" }))).toEqual({ "x-api-key": "k" });
  expect(authorization(read({ accessToken: "t" }))).toEqual({ authorization: "Bearer t" });
});

test("a connection without a key is an error of use", () => {
  expect(() => socketUrl(read({}))).toThrow(expect.objectContaining({ code: "AKENZA_KEY_MISSING" }));
  expect(() => authorization(read({}))).toThrow(expect.objectContaining({ code: "AKENZA_KEY_MISSING" }));
});

const pipeline = aroundSource('akenza: { subscribe: [{ asset: "02d2327fedce2128" }] }');
const settings = (yaml: string): string => `version: 1\nconnections:\n  akenza:\n    akenza: ${yaml}\n`;

test.each([
  ["{ apiKey: key-1, accessToken: token-1 }", /keep one/],
  ["{ apiKey: key-1, baseUrl: api.akenza.io }", /no base address/],
  ["{ apiKey: key-1, baseUrl: 'https://x.example/?xApiKey=1' }", /no base address/],
  ["{ apiKey: key-1, maxFrameSize: huge }", /not a size/],
  ["{ apiKey: key-1, requestTimeout: soon }", /not a duration/],
  ["{ apiKey: key-1, rateLimit: { perSecond: 0 } }", /./],
  ["{ key: a }", /"key"/],
])("%s is a located finding", (yaml, message) => {
  const { findings } = parse(pipeline, { settings: settings(yaml) });
  const own = findings.filter((each) => each.at.file === "signalbox.yaml");
  expect(own).toMatchObject([{ severity: "error", message: expect.stringMatching(message), at: { line: 4 } }]);
});

test("the environment makes the connection akenza; its key is a secret", () => {
  const { findings, secrets } = parse(pipeline, {
    env: { AKENZA_API_KEY: "from-env", AKENZA_BASE_URL: "http://127.0.0.1:1" },
  });
  expect(findings).toEqual([]);
  expect(secrets).toContain("from-env");
});
