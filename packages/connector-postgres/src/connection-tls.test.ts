import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { TLSSocket, createSecureContext } from "node:tls";
import { testCertificates } from "@signalbox/core/testing";
import { afterEach, expect, test } from "vitest";
import { postgresFrom } from "./testing.ts";

// What is said before the first statement: the words of PostgreSQL's protocol that ask for encryption, and TLS itself.
// Not here: a whole server (connection.test.ts).

const sslRequest = 80_877_103;
const signal = new AbortController().signal;
const { ca, server: own, client } = testCertificates;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** Tells what a client's first words come to: unencrypted, encrypted (as whom), or refused by one of the two. */
async function serve(isClientAsked: boolean) {
  const heard = deferred<string>();
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (bytes: Buffer) => {
      if (bytes.readInt32BE(4) !== sslRequest) return heard.resolve("unencrypted");
      socket.write("S");
      shakeHands(socket, isClientAsked, heard.resolve);
    });
    ends.unshift(() => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ends.push(() => new Promise((resolve) => server.close(resolve)));
  const { port } = server.address() as AddressInfo;
  return { url: `postgres://u@localhost:${port}/x`, heard: heard.promise };
}

function shakeHands(socket: Socket, isClientAsked: boolean, hear: (what: string) => void): void {
  const secureContext = createSecureContext({ ...own, ca });
  const asked = isClientAsked ? { requestCert: true, rejectUnauthorized: true } : {};
  const secure = new TLSSocket(socket, { isServer: true, secureContext, ...asked });
  secure.on("error", () => hear("refused"));
  secure.on("close", () => hear("refused"));
  secure.once("data", () => hear(`encrypted, from ${String(secure.getPeerCertificate().subject?.CN ?? "anyone")}`));
}

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
}

async function firstWords(tls: object | undefined, isClientAsked = false): Promise<string> {
  const { url, heard } = await serve(isClientAsked);
  const db = postgresFrom(JSON.stringify({ postgres: { url, ...(tls === undefined ? {} : { tls }) } }));
  const stop = new AbortController();
  const opening = db.open?.(AbortSignal.any([signal, stop.signal])).catch(() => undefined);
  const words = await heard;
  stop.abort(new Error("heard enough"));
  for (const end of ends.splice(0)) await end();
  await opening;
  await db.close?.();
  return words;
}

test("without tls the connection is plain", async () => {
  expect(await firstWords(undefined)).toBe("unencrypted");
});

test("tls trusts the well-known authorities alone", async () => {
  expect(await firstWords({})).toBe("refused");
});

test("ca names the authorities to trust", async () => {
  expect(await firstWords({ ca })).toBe("encrypted, from anyone");
});

test("rejectUnauthorized: false trusts anyone", async () => {
  expect(await firstWords({ rejectUnauthorized: false })).toBe("encrypted, from anyone");
});

test("cert and key show who we are", async () => {
  expect(await firstWords({ rejectUnauthorized: false }, true)).toBe("refused");
  expect(await firstWords({ rejectUnauthorized: false, ...client }, true)).toBe("encrypted, from signalbox-client");
});
