// Projects that hold a marked secret wherever a configuration can hold one, and whose every address is a server that quotes
// them. JSON is YAML: most of the files are written as that.
import type { Marks } from "./marks.ts";

type Files = Readonly<Record<string, string>>;

export interface Addresses {
  /** Port of the hostile server. */
  readonly hostile: number;
  /** Where traces go. */
  readonly receiver: string;
}

/** A device that pipelines ask for. */
export const asset = "02d2327fedce2128";

/** A project whose engine runs, and all of whose sources and sinks fail. */
export function markedProject(marks: Marks, { hostile, receiver }: Addresses): Files {
  const base = `http://127.0.0.1:${hostile}`;
  const keyed = { akenza: { apiKey: marks.token("connection akenza apiKey"), baseUrl: base } };
  const tokened = { akenza: { accessToken: marks.token("connection akenza accessToken"), baseUrl: base } };
  const bank = marks.url("connection postgres url", (password) => `postgres://u:${password}@127.0.0.1:${hostile}/db`);
  const tls = { cert: "no certificate", key: marks.pem("connection postgres tls.key") };
  const settings = {
    connections: {
      keyed,
      tokened,
      bank: { postgres: { url: bank } },
      vault: { postgres: { url: `postgres://u@127.0.0.1:${hostile}/db`, tls } },
    },
    console: {
      port: 0,
      tokens: [{ name: "ada", role: "operator", token: marks.token("settings console.tokens[].token") }],
    },
    telemetry: {
      endpoint: receiver,
      headers: { authorization: `Bearer ${marks.token("settings telemetry.headers")}` },
      sample: 1,
    },
    shutdownTimeout: "2s",
  };
  return {
    "signalbox.yaml": JSON.stringify(settings),
    "pipelines/echo.yaml": JSON.stringify(echo(marks, hostile)),
    "pipelines/block.yaml": blockStyle(marks, hostile),
    "pipelines/others.yaml": others(marks)
      .map((each) => JSON.stringify(each))
      .join("\n---\n"),
  };
}

/** Takes any message, and hands it to each kind of sink that can be refused. */
function echo(marks: Marks, hostile: number): object {
  const retry = { attempts: 2, backoff: "10ms" };
  const common = { retry, timeout: "5s" };
  const [http, ws] = [`http://127.0.0.1:${hostile}`, `ws://127.0.0.1:${hostile}`];
  const auths = (sink: string): readonly object[] => [
    { basic: { username: "us", password: marks.text(`${sink} auth.basic.password`) } },
    { bearer: marks.token(`${sink} auth.bearer`) },
    { apiKey: { value: marks.token(`${sink} auth.apiKey.value`) } },
  ];
  const proxy = marks.url("sink http proxy", (password) => `http://us:${password}@127.0.0.1:${hostile}`);
  const inUrl = marks.url("(address) userinfo", (password) => `http://us:${password}@127.0.0.1:${hostile}/400`);
  const inQuery = marks.url("(address) query", (password) => `${http}/401?access_token=${password}`);
  const written = `Token ${marks.token("(header) written")}`;
  return {
    name: "echo",
    source: { webhook: { path: "/echo", id: "id", device: "device" } },
    sinks: [
      ...auths("sink http").map((auth, at) => ({ http: { url: `${http}/${[400, 401, 503][at]}`, auth }, ...common })),
      ...auths("sink websocket").map((auth) => ({ websocket: { url: ws, auth }, ...common })),
      { http: { url: `${http}/400`, proxy }, ...common },
      { http: { url: inUrl }, ...common },
      { http: { url: inQuery }, ...common },
      { http: { url: `${http}/400`, headers: { "x-auth-token": written } }, ...common },
      { http: { url: "https://127.0.0.1:1/", tls: { key: marks.pem("sink http tls.key") } }, ...common },
      { log: {} },
    ].map((sink, at) => ({ ...sink, name: `sink-${at}` })),
  };
}

/** A key as people paste it: its lines indented. */
function blockStyle(marks: Marks, hostile: number): string {
  const key = marks.pem("sink websocket tls.key").trimEnd().replaceAll("\n", "\n          ");
  return `name: block
source: { pipeline: {} }
sinks:
  - websocket:
      url: wss://127.0.0.1:${hostile}
      tls:
        key: |
          ${key}
`;
}

function others(marks: Marks): readonly object[] {
  const sinks = [{ drop: {} }];
  const bearer = marks.token("source webhook auth.bearer");
  const secret = marks.text("source webhook auth.hmac.secret");
  const downlink = { connection: "keyed", devices: [asset], mqtt: { topic: "t" } };
  return [
    { name: "bearer", source: { webhook: { path: "/bearer", auth: { bearer } } }, sinks },
    { name: "signed", source: { webhook: { path: "/signed", auth: { hmac: { secret } } } }, sinks },
    { name: "keyed", source: { akenza: { connection: "keyed", subscribe: [{ asset }] } }, sinks },
    { name: "tokened", source: { akenza: { connection: "tokened", subscribe: [{ asset }] } }, sinks },
    ...["bank", "vault"].map((connection) => ({
      name: connection,
      source: { generate: { every: "1s" } },
      sinks: [{ sql: { connection, statement: "select 1" } }],
    })),
    { name: "beat", source: { schedule: { every: "1s" } }, sinks },
    { name: "order", source: { webhook: { path: "/order" } }, sinks: [{ akenzaDownlink: downlink }] },
  ];
}

type StoreOf = (marks: Marks, node: string) => object;

/** Stores that are refused, by name. */
const refusedStores: Readonly<Record<string, StoreOf>> = {
  redis: (marks, node) => ({
    redis: { url: marks.url("settings store.redis.url", (password) => `redis://:${password}@${node}`) },
  }),
  cluster: (marks, node) => ({
    redis: { cluster: [node], password: marks.text("settings store.redis.password") },
  }),
  sentinels: (marks, node) => ({
    redis: { sentinels: [node], name: "main", sentinelPassword: marks.text("settings store.redis.sentinelPassword") },
  }),
  encrypted: (marks, node) => ({
    redis: {
      url: `rediss://${node}`,
      tls: { cert: "no certificate", key: marks.pem("settings store.redis.tls.key") },
    },
  }),
  postgres: (marks, node) => ({
    postgres: { url: marks.url("settings store.postgres.url", (password) => `postgres://u:${password}@${node}/db`) },
  }),
};

export const storeNames: readonly string[] = Object.keys(refusedStores);

/** A project whose store refuses it. */
export function storelessProject(name: string, marks: Marks, { hostile }: Pick<Addresses, "hostile">): Files {
  const store = refusedStores[name]?.(marks, `127.0.0.1:${hostile}`);
  const pipeline = { name: "beat", source: { generate: { every: "1s" } }, sinks: [{ drop: {} }] };
  return {
    "signalbox.yaml": JSON.stringify({ store, console: { port: 0 }, http: { port: 0 } }),
    "pipelines/beat.yaml": JSON.stringify(pipeline),
  };
}

/** Files in which the same secrets are written where they are wrong. */
export function brokenProject(marks: Marks): Files {
  const [text = "", ...more] = marks.texts;
  const wrong = { ftp: `ftp://u:${text}@h`, text };
  return {
    "signalbox.yaml": JSON.stringify({
      connections: { bank: { postgres: { url: wrong.ftp } }, keyed: { akenza: { apiKey: text, accessToken: text } } },
      store: { redis: { url: wrong.ftp, password: text } },
    }),
    "pipelines/wrong.yaml": more
      .map((each, at) => ({
        name: `wrong-${at}`,
        source: { webhook: { path: "/x", auth: { bearer: each, hmac: { secret: each } } } },
        sinks: [
          { http: { url: "http://h", proxy: `ftp://${each}`, auth: { bearer: each, basic: { password: each } } } },
        ],
      }))
      .map((each) => JSON.stringify(each))
      .join("\n---\n"),
  };
}
