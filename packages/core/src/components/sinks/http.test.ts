// What the http sink's configuration may hold.
// Not here: what is sent (http-request.test.ts), what answers mean (http-answer.test.ts), TLS and proxies (http-network.test.ts).
import { expect, test } from "vitest";
import { refusalOf } from "../../testing/component.ts";
import { httpSink } from "./http.ts";

test.each([
  ["http: { url: nowhere }", "CONFIG_VALUE_INVALID: nowhere"],
  ['http: { url: "http://{{ host }}", tls: {} }', "CONFIG_VALUE_INVALID: {"],
  ['http: { url: "http://x", method: GET, body: json }', "CONFIG_VALUE_INVALID: json"],
  ['http: { url: "http://x", auth: {} }', "CONFIG_VALUE_INVALID: {"],
  ['http: { url: "http://x", auth: { bearer: t, apiKey: { value: k } } }', "CONFIG_VALUE_INVALID: { bearer: t"],
  [
    'http: { url: "http://x", auth: { bearer: t }, headers: { Authorization: x } }',
    "CONFIG_VALUE_INVALID: { bearer: t",
  ],
  ['http: { url: "http://x", proxy: "socks5://x" }', 'CONFIG_VALUE_INVALID: "socks5://x"'],
  ['http: { url: "http://x", headers: { "a b": x } }', "CONFIG_VALUE_INVALID: x"],
  ['http: { url: "http://x", responses: { retry: [404, 409], deliver: [409] } }', "CONFIG_VALUE_INVALID: 409"],
  ['http: { url: "http://x", responses: { retry: [404, 404] } }', "CONFIG_VALUE_INVALID: 404"],
  ['http: { url: "http://x", responses: { retry: [100] } }', "CONFIG_VALUE_INVALID: 100"],
  ['http: { url: "http://x", responses: { retry: [6xx] } }', "CONFIG_VALUE_INVALID: 6xx"],
  ['http: { url: "http://x", responses: { retry: [] } }', "CONFIG_VALUE_INVALID: ["],
])("%s is refused", (yaml, refusal) => {
  expect(refusalOf(httpSink, yaml)).toBe(refusal);
});
