import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { expectFindings } from "../testing/marked-findings.ts";
import { sampleRegistry } from "../testing/sample-registry.ts";
import { parseProject } from "./project.ts";

const adasToken = "0123456789-0123456789-ada";

function settingsOf(text: string | undefined, env: Readonly<Record<string, string>> = {}) {
  const secret = { path: "ada.token", text: `${adasToken}\n` };
  const files = text === undefined ? [] : [{ path: "signalbox.yaml", text }, secret];
  return parseProject(files, { registry: sampleRegistry, env, projectDir: "/project" });
}

describe("signalbox.yaml", () => {
  test("everything has a default", () => {
    const defaults = {
      projectDir: "/project",
      store: { kind: "embedded", path: "/project/.signalbox" },
      pipelines: ["/project/pipelines"],
      http: { host: "127.0.0.1", port: 8081 },
      console: { host: "127.0.0.1", port: undefined, tokens: [], hosts: [], trustProxy: [] },
      changes: { rows: 10_000, ageMs: 90 * 86_400_000 },
      control: { socket: "/project/.signalbox/control.sock" },
      shutdownTimeoutMs: 30_000,
      deadLetters: { keep: 100_000, maxAgeMs: 30 * 86_400_000, alarm: 1000 },
      commands: { rows: 100_000, ageMs: 30 * 86_400_000 },
      simulator: { port: 8090 },
      telemetry: undefined,
      connections: [{ name: "events" }],
    };
    const env = { EVENTS_KEY: "abcdef" };
    expect(settingsOf(undefined, env)).toMatchObject({ settings: defaults, findings: [] });
    expect(settingsOf("version: 1\n", env)).toMatchObject({ settings: defaults, findings: [] });
  });

  test("every field can be set", () => {
    const { settings, findings, secrets } = settingsOf(
      `version: 1
pipelines: [flows, /elsewhere/one.yaml]
store: { redis: { url: "\${MY_REDIS}", prefix: box } }
http: { host: 0.0.0.0, port: "\${PORT}" }
control: { socket: /run/box.sock }
deadLetters: { keep: 5, maxAge: 1h, alarm: 3 }
shutdownTimeout: 1m
simulator: { port: 0 }
connections:
  orders: { database: { url: "pg://user:pass@host", pool: 9 } }
  events: { events: { key: k1234567 } }
commands: { keep: 7, maxAge: 2d }
console:
  host: 0.0.0.0
  port: 82
  tokens: [{ name: ada, role: operator, token: "\${file:ada.token}" }]
  hosts: [box.example.org]
  trustProxy: [10.0.0.0/8]
changes: { keep: 3, maxAge: 1d }
telemetry: { endpoint: "http://collector:4318/", headers: { authorization: "Bearer b34r3r" }, service: seven, sample: 0.5 }
`,
      { MY_REDIS: "redis://:pw@host", PORT: "81" },
    );
    expect(findings).toEqual([]);
    expect(settings).toMatchObject({
      pipelines: ["/project/flows", "/elsewhere/one.yaml"],
      store: { kind: "redis", url: "redis://:pw@host", prefix: "box" },
      http: { host: "0.0.0.0", port: 81 },
      control: { socket: "/run/box.sock" },
      console: {
        host: "0.0.0.0",
        port: 82,
        // SHA-256 of what is in the file, without its line break.
        tokens: [{ name: "ada", role: "operator", hash: createHash("sha256").update(adasToken).digest("hex") }],
        hosts: ["box.example.org"],
        trustProxy: ["10.0.0.0/8"],
      },
      changes: { rows: 3, ageMs: 86_400_000 },
      deadLetters: { keep: 5, maxAgeMs: 3_600_000, alarm: 3 },
      commands: { rows: 7, ageMs: 2 * 86_400_000 },
      telemetry: {
        endpoint: "http://collector:4318/",
        headers: { authorization: "Bearer b34r3r" },
        service: "seven",
        share: 0.5,
      },
      shutdownTimeoutMs: 60_000,
      simulator: { port: 0 },
      connections: [
        { name: "orders", config: { url: "pg://user:pass@host", pool: 9 }, at: { line: 10, column: 3 } },
        { name: "events", config: { key: "k1234567" } },
      ],
    });
    expect(secrets).toEqual(expect.arrayContaining(["redis://:pw@host", "pg://user:pass@host", "k1234567", adasToken]));
  });

  test("the store follows the file, then REDIS_URL, then DATABASE_URL", () => {
    const both = { REDIS_URL: "redis://r", DATABASE_URL: "postgres://p" };
    expect(settingsOf(undefined, both).settings.store).toEqual({
      kind: "redis",
      url: "redis://r",
      prefix: "signalbox",
    });
    expect(settingsOf("store: { postgres: { schema: box } }", both).settings.store).toEqual({
      kind: "postgres",
      url: "postgres://p",
      schema: "box",
    });
    expect(settingsOf("store: { postgres: { url: postgres://q } }", both).settings.store).toMatchObject({
      url: "postgres://q",
    });
    expect(settingsOf("store: { embedded: { path: data } }", both).settings.store).toEqual({
      kind: "embedded",
      path: "/project/data",
    });
    expect(settingsOf(undefined, { DATABASE_URL: "postgres://p", REDIS_URL: "" }).settings.store).toMatchObject({
      kind: "postgres",
    });
  });

  test("a Redis is one server, a cluster, or what sentinels say, with what opens it", () => {
    const tls = "tls: { ca: CA, cert: C, key: K, servername: s, rejectUnauthorized: false }";
    const read = (redis: string) => settingsOf(`store: { redis: { ${redis} } }`, { REDIS_URL: "redis://unused" });
    expect(read(`url: "rediss://h:1/2", username: u, password: pw123456, ${tls}`)).toMatchObject({
      findings: [],
      secrets: expect.arrayContaining(["rediss://h:1/2", "pw123456", "K"]) as string[],
      settings: {
        store: {
          kind: "redis",
          url: "rediss://h:1/2",
          username: "u",
          password: "pw123456",
          tls: { ca: "CA", cert: "C", key: "K", servername: "s", rejectUnauthorized: false },
        },
      },
    });
    expect(read("cluster: [a, 'b:1', '[::1]:2'], tls: {}, prefix: p").settings.store).toEqual({
      kind: "redis",
      cluster: ["a", "b:1", "[::1]:2"],
      tls: { rejectUnauthorized: true },
      prefix: "p",
    });
    const watched =
      "sentinels: [a, 'b:1'], name: main, password: pw123456, sentinelUsername: su, sentinelPassword: sp123456";
    expect(read(watched).secrets).toEqual(expect.arrayContaining(["pw123456", "sp123456"]));
    expect(read(watched).settings.store).toEqual({
      kind: "redis",
      sentinels: ["a", "b:1"],
      name: "main",
      password: "pw123456",
      sentinelUsername: "su",
      sentinelPassword: "sp123456",
      prefix: "signalbox",
    });
  });

  test("what REDIS_URL contradicts is a finding at the store that uses it", () => {
    const { findings } = settingsOf("store:\n  redis: { tls: {} }\n", { REDIS_URL: "redis://:secret@h" });
    expect(findings).toMatchObject([{ code: "CONFIG_VALUE_INVALID", at: { line: 2, column: 3 } }]);
    expect(JSON.stringify(findings)).not.toContain("secret");
  });

  test("an optional setting that its variable leaves empty is one that is not given", () => {
    const text = 'store: { redis: { url: "${STORE_URL:-}", prefix: "${PREFIX:-}" } }\nhttp: { port: "${PORT}" }\n';
    const env = { PORT: "", REDIS_URL: "redis://r", SIGNALBOX_HTTP_PORT: "9000" };
    const { settings, findings } = settingsOf(text, env);
    expect(findings).toEqual([]);
    expect(settings).toMatchObject({
      store: { kind: "redis", url: "redis://r", prefix: "signalbox" },
      http: { port: 9000 },
    });
  });

  test("environment variables stand in for what the file leaves out", () => {
    const env = {
      SIGNALBOX_HTTP_HOST: "0.0.0.0",
      SIGNALBOX_HTTP_PORT: "99",
      SIGNALBOX_CONTROL_SOCKET: "c.sock",
      SIGNALBOX_SHUTDOWN_TIMEOUT: "5s",
      SIGNALBOX_SIMULATOR_PORT: "98",
    };
    expect(settingsOf("http: { port: 7 }", env).settings).toMatchObject({
      http: { host: "0.0.0.0", port: 7 },
      control: { socket: "/project/c.sock" },
      shutdownTimeoutMs: 5000,
      simulator: { port: 98 },
    });
  });

  test("the console can be turned off, and no variable turns it on again", () => {
    const { settings, findings } = settingsOf("console: false\n", { SIGNALBOX_CONSOLE_PORT: "9" });
    expect(findings).toEqual([]);
    expect(settings.console).toBeUndefined();
  });

  test("the console's port may come from a variable, and not an address that others reach", () => {
    const variables = { SIGNALBOX_CONSOLE_PORT: "9", SIGNALBOX_CONSOLE_HOST: "0.0.0.0" };
    const { settings, findings, areSettingsGood } = settingsOf("", variables);
    expect(findings).toMatchObject([{ code: "CONFIG_CONSOLE_EXPOSED", severity: "error" }]);
    expect(settings.console).toMatchObject({ host: "127.0.0.1", port: 9 });
    expect(areSettingsGood).toBe(false);
  });

  test("one operator's token may come from a variable, which opens the console to other machines", () => {
    const env = { SIGNALBOX_CONSOLE_HOST: "0.0.0.0", SIGNALBOX_CONSOLE_TOKEN: adasToken };
    const { settings, findings, secrets } = settingsOf("", env);
    expect(findings).toEqual([]);
    expect(settings.console).toMatchObject({ host: "0.0.0.0", tokens: [{ name: "operator", role: "operator" }] });
    expect(JSON.stringify(settings)).not.toContain(adasToken);
    expect(secrets).toContain(adasToken);
    const own = 'console: { tokens: [{ name: a, role: viewer, token: "aaaaaaaaaaaaaaaaaaaaaa" }] }\n';
    expect(settingsOf(own, env).settings.console?.tokens).toMatchObject([{ name: "a" }]);
    const short = settingsOf("", { SIGNALBOX_CONSOLE_TOKEN: "hunter2" });
    expect(short.findings).toMatchObject([{ code: "CONFIG_ENVIRONMENT_INVALID" }]);
    expect(JSON.stringify(short.findings)).not.toContain("hunter2");
  });

  test("a variable with a bad value is a finding, and the default stands", () => {
    const { findings, settings } = settingsOf("", { SIGNALBOX_HTTP_PORT: "high", SIGNALBOX_SHUTDOWN_TIMEOUT: "5" });
    expect(findings.map(({ code }) => code)).toEqual(["CONFIG_ENVIRONMENT_INVALID", "CONFIG_ENVIRONMENT_INVALID"]);
    expect(findings.map(({ message }) => message).join()).toMatch(/SIGNALBOX_HTTP_PORT.*SIGNALBOX_SHUTDOWN_TIMEOUT/);
    expect(settings).toMatchObject({ http: { port: 8081 }, shutdownTimeoutMs: 30_000 });
  });
});

describe("what is wrong in signalbox.yaml", () => {
  test.each([
    ["an unknown version", "version: ⟦VERSION_UNKNOWN⟧2\n"],
    ["a version that is text", 'version: ⟦VALUE_TYPE⟧"1"\n'],
    ["an unknown key", "⟦FIELD_UNKNOWN⟧storage: {}\n"],
    ["an unknown key inside", "http: { ⟦FIELD_UNKNOWN⟧prot: 1 }\n"],
    ["a port beyond all ports", "http: { port: ⟦VALUE_INVALID⟧99999 }\n"],
    ["a console for everyone", "console: { host: ⟦CONSOLE_EXPOSED⟧0.0.0.0 }\n"],
    ["a token that is too short", "console: { tokens: [{ name: a, role: viewer, token: ⟦VALUE_INVALID⟧hunter2 }] }\n"],
    [
      "a token without a role that is one",
      `console: { tokens: [{ name: a, role: ⟦VALUE_INVALID⟧admin, token: ${"a".repeat(20)} }] }\n`,
    ],
    [
      "a name that two tokens have",
      `console: { tokens: [{ name: a, role: viewer, token: ${"a".repeat(20)} }, { name: ⟦VALUE_INVALID⟧a, role: viewer, token: ${"b".repeat(20)} }] }\n`,
    ],
    [
      "a token that two names have",
      `console: { tokens: [{ name: a, role: viewer, token: ${"a".repeat(20)} }, { name: b, role: viewer, token: ⟦VALUE_INVALID⟧${"a".repeat(20)} }] }\n`,
    ],
    ["a proxy that is no address", "console: { trustProxy: [⟦VALUE_INVALID⟧everybody] }\n"],
    ["a console that is on already", "console: ⟦VALUE_TYPE⟧true\n"],
    ["an unknown key of the console", "console: { ⟦FIELD_UNKNOWN⟧prot: 1 }\n"],
    ["a duration without a unit", "shutdownTimeout: ⟦DURATION_INVALID⟧30\n"],
    ["commands that are not kept at all", "commands: { keep: ⟦VALUE_INVALID⟧0 }\n"],
    ["dead letters that are kept for ever", "deadLetters: { keep: ⟦VALUE_INVALID⟧0 }\n"],
    ["two stores", 'store: ⟦VALUE_INVALID⟧{ embedded: {}, redis: { url: "redis://x" } }\n'],
    ["a store without an address", "store: { ⟦FIELD_MISSING⟧redis: {} }\n"],
    ["a Redis of another protocol", "store: { redis: { url: ⟦VALUE_INVALID⟧http://x } }\n"],
    ["two Redis forms", 'store: { redis: { url: "redis://h", cluster: ⟦VALUE_INVALID⟧[a] } }\n'],
    [
      "all Redis forms",
      'store: { redis: { cluster: ⟦VALUE_INVALID⟧[a], sentinels: ⟦VALUE_INVALID⟧[b], name: m, url: "redis://h" } }\n',
    ],
    ["an empty cluster", "store: { redis: { cluster: ⟦VALUE_INVALID⟧[] } }\n"],
    ["a node as a URL", 'store: { redis: { cluster: [a, ⟦VALUE_INVALID⟧"redis://b:1"] } }\n'],
    ["sentinels without a name", "store: { redis: { sentinels: ⟦FIELD_MISSING⟧[a, b] } }\n"],
    ["a name without sentinels", "store: { redis: { cluster: [a], name: ⟦VALUE_INVALID⟧m } }\n"],
    [
      "a sentinels' password without sentinels",
      "store: { redis: { cluster: [a], sentinelPassword: ⟦VALUE_INVALID⟧pw } }\n",
    ],
    ["TLS for a plain URL", 'store: { redis: { url: "redis://h", tls: ⟦VALUE_INVALID⟧{} } }\n'],
    ["a password twice", 'store: { redis: { url: "rediss://:a@h", password: ⟦VALUE_INVALID⟧b } }\n'],
    ["a user without a password", "store: { redis: { cluster: [a], username: ⟦VALUE_INVALID⟧u } }\n"],
    ["a certificate without its key", "store: { redis: { cluster: [a], tls: ⟦VALUE_INVALID⟧{ cert: x } } }\n"],
    ["connections as a list", "connections:\n  ⟦VALUE_TYPE⟧- x\n"],
    ["connections left empty", "⟦VALUE_TYPE⟧connections:\n"],
    ["an unknown kind of connection", "connections: { x: { ⟦COMPONENT_UNKNOWN⟧databse: {} } }\n"],
    ["a connection without a kind", "connections: { ⟦COMPONENT_MISSING⟧x: }\n"],
    [
      "a connection of two kinds",
      "connections: { x: { events: { key: a }, ⟦COMPONENT_AMBIGUOUS⟧database: { url: b } } }\n",
    ],
    ["a bad name of a connection", "connections: { ⟦NAME_INVALID⟧a/b: { database: { url: b } } }\n"],
    ["a missing variable", 'connections: { x: { database: { url: "⟦VARIABLE_MISSING⟧${NOPE}" } } }\n'],
    ["a second document", "version: 1\n---\n⟦YAML_SYNTAX⟧version: 1\n"],
    ["a list", "⟦VALUE_TYPE⟧- version: 1\n"],
    ["bad YAML", "http: ⟦YAML_SYNTAX⟧@x\n"],
    ["pipelines as text", "pipelines: ⟦VALUE_TYPE⟧flows\n"],
  ])("%s", (_, marked) => {
    expectFindings({ "signalbox.yaml": marked });
    expectFindings({ "signalbox.yaml": `\ufeff# 😀\n${marked}`.replaceAll("\n", "\r\n") });
  });

  test("it stops no pipeline that does not use it", () => {
    const { pipelines, areSettingsGood } = parseProject(
      [
        { path: "signalbox.yaml", text: "http: { port: x }" },
        { path: "pipelines/a.yaml", text: "name: a\nsource: { timer: { every: 5s } }\nsinks: [{ drop: {} }]\n" },
      ],
      { registry: sampleRegistry, env: {}, projectDir: "/project" },
    );
    expect(pipelines.map(({ name }) => name)).toEqual(["a"]);
    expect(areSettingsGood).toBe(false);
  });
});

describe("telemetry", () => {
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://localhost:4318",
    OTEL_EXPORTER_OTLP_HEADERS: "x-team=air, authorization=Basic%20c2VjcmV0",
    OTEL_SERVICE_NAME: "seven",
    OTEL_TRACES_SAMPLER_ARG: "0.25",
  };
  const headers = { "x-team": "air", authorization: "Basic c2VjcmV0" };

  test("is what OpenTelemetry's variables say, where the file says nothing", () => {
    const { settings, secrets, findings } = settingsOf(undefined, env);
    expect(findings).toEqual([]);
    expect(settings.telemetry).toEqual({ endpoint: "http://localhost:4318", headers, service: "seven", share: 0.25 });
    expect(secrets).toEqual(expect.arrayContaining(["Basic c2VjcmV0", "c2VjcmV0", "air"]));
    const own = settingsOf("telemetry: { service: eight, sample: 0 }\n", env).settings.telemetry;
    expect(own).toMatchObject({ endpoint: "http://localhost:4318", service: "eight", share: 0 });
  });

  test("is off without an address, and where the file says so", () => {
    expect(settingsOf("telemetry: { sample: 1 }\n").settings.telemetry).toBeUndefined();
    expect(settingsOf("telemetry: false\n", env).settings.telemetry).toBeUndefined();
  });

  test.each([
    ["an address of another protocol", '{ endpoint: ⟦VALUE_INVALID⟧"grpc://localhost:4317" }'],
    ["an address that holds a password", '{ endpoint: ⟦VALUE_INVALID⟧"http://user:pass@localhost:4318" }'],
    ["an address that holds a key", '{ endpoint: ⟦VALUE_INVALID⟧"http://localhost:4318?key=a" }'],
    ["a share beyond all", "{ sample: ⟦VALUE_INVALID⟧2 }"],
  ])("%s is refused", (_what, text) => {
    const plain = text.replace(/⟦[A-Z_]+⟧/, "");
    const { findings, areSettingsGood } = settingsOf(`telemetry: ${plain}\n`);
    expect([findings.length, areSettingsGood, findings[0]?.severity]).toEqual([1, false, "error"]);
    expect(findings[0]?.at.column).toBe("telemetry: ".length + text.indexOf("⟦") + 1);
  });

  test("a variable that is none of its kind is refused, and not shown", () => {
    const { findings } = settingsOf(undefined, { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: "http://u:p4ss@host" });
    expect(findings.map(({ code }) => code)).toEqual(["CONFIG_ENVIRONMENT_INVALID"]);
    expect(JSON.stringify(findings)).not.toContain("p4ss");
  });
});
