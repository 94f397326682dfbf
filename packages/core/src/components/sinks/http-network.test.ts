import { once } from "node:events";
import { createServer as createHttp, type Server } from "node:http";
import { createServer as createHttps } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { type TLSSocket } from "node:tls";
import { afterEach, describe, expect, test } from "vitest";
import { testCertificates } from "../../testing/certificates.ts";
import { sinkFrom, testMessage } from "../../testing/component.ts";
import { httpSink } from "./http.ts";

const signal = new AbortController().signal;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

async function serveTls(options: { isClientAsked?: boolean } = {}) {
  const clients: unknown[] = [];
  const { ca, server: own } = testCertificates;
  const asked = options.isClientAsked === true ? { requestCert: true, rejectUnauthorized: true } : {};
  const server = createHttps({ ...own, ca, ...asked }, (request, response) => {
    clients.push((request.socket as TLSSocket).getPeerCertificate().subject?.CN);
    response.end();
  });
  return { clients, url: `https://127.0.0.1:${await listen(server)}` };
}

/** A proxy that opens tunnels and keeps who asked for which. */
async function serveProxy() {
  const asked: { target: string | undefined; authorization: string | undefined }[] = [];
  const server = createHttp();
  server.on("connect", (request, client: Socket) => {
    asked.push({ target: request.url, authorization: request.headers["proxy-authorization"] });
    const [host, port] = (request.url ?? "").split(":");
    const upstream = connect(Number(port), host, () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      client.pipe(upstream).pipe(client);
    });
    for (const socket of [client, upstream]) socket.on("error", () => undefined);
    ends.push(() => upstream.destroy());
  });
  return { asked, port: await listen(server) };
}

async function send(fields: object) {
  const sink = sinkFrom(httpSink, JSON.stringify({ http: fields }));
  await sink.open?.(signal);
  ends.unshift(() => sink.close?.());
  const [result] = await sink.write([testMessage({ a: 1 })], signal);
  return result;
}

const { ca, client } = testCertificates;
const servername = "device.test";
const refused = { status: "retryable", cause: { code: "HTTP_SERVER_UNREACHABLE" } };

describe("http: TLS", () => {
  test("a certificate of nobody we know is refused, and tried again", async () => {
    const { url } = await serveTls();
    expect(await send({ url })).toMatchObject(refused);
  });

  test("ca and servername: a certificate of our own authority is trusted for its name", async () => {
    const { url } = await serveTls();
    expect(await send({ url, tls: { ca, servername } })).toEqual({ status: "delivered" });
    expect(await send({ url, tls: { ca, servername: "other.test" } })).toMatchObject(refused);
    expect(await send({ url, tls: { ca } })).toMatchObject(refused);
  });

  test("rejectUnauthorized: false trusts anyone", async () => {
    const { url } = await serveTls();
    expect(await send({ url, tls: { rejectUnauthorized: false } })).toEqual({ status: "delivered" });
  });

  test("cert and key: we show who we are", async () => {
    const { url, clients } = await serveTls({ isClientAsked: true });
    expect(await send({ url, tls: { ca, servername } })).toMatchObject(refused);
    expect(await send({ url, tls: { ca, servername, ...client } })).toEqual({ status: "delivered" });
    expect(clients).toEqual(["signalbox-client"]);
  });
});

describe("http: proxy", () => {
  test("requests go through the proxy, with its user and password", async () => {
    const { url, clients } = await serveTls();
    const { asked, port } = await serveProxy();
    const fields = { url, tls: { ca, servername }, proxy: `http://us%40er:pa%3Ass@127.0.0.1:${port}` };
    expect(await send(fields)).toEqual({ status: "delivered" });
    const authorization = `Basic ${Buffer.from("us@er:pa:ss").toString("base64")}`;
    expect(asked).toEqual([{ target: new URL(url).host, authorization }]);
    expect(clients.length).toBe(1);
  });

  test("a proxy without a user, for plain http", async () => {
    const plain = createHttp((_request, response) => response.end());
    const target = `127.0.0.1:${await listen(plain)}`;
    const { asked, port } = await serveProxy();
    expect(await send({ url: `http://${target}`, proxy: `http://127.0.0.1:${port}` })).toEqual({ status: "delivered" });
    expect(asked).toEqual([{ target, authorization: undefined }]);
  });

  test("a proxy that is not there is tried again, and its password is not told", async () => {
    const result = await send({ url: "http://device.test", proxy: "http://user:hidden@127.0.0.1:1" });
    expect(result).toMatchObject(refused);
    expect(String(result?.status === "retryable" && result.cause.message)).not.toContain("hidden");
  });
});
