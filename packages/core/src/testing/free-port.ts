import { createServer, type Server } from "node:net";

/**
 * Ports that the system gives to nobody by itself: one that it chose could go to the next who asks before it is used. They
 * are in blocks; who listens on the first port of a block has all of it.
 */
const [lowest, highest] = [20_000, 31_999];
const blockSize = 100;
const blocks = (highest + 1 - lowest) / blockSize;

let own: Promise<number> | undefined;
let given = 0;

/** A port nobody listens on just now, and that no other process of ours is given while this one lives. */
export async function freePort(): Promise<number> {
  own ??= claimBlock();
  const first = await own;
  for (let tries = 1; tries < blockSize; tries += 1) {
    const port = first + 1 + (given++ % (blockSize - 1));
    const server = await listenOn(port);
    if (server === undefined) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
  throw new Error(`No port is free from ${first} to ${first + blockSize - 1}.`);
}

/** Its first port is held until this process ends. */
async function claimBlock(): Promise<number> {
  for (let at = 0; at < blocks; at += 1) {
    const first = lowest + ((process.pid + at) % blocks) * blockSize;
    const server = await listenOn(first);
    if (server === undefined) continue;
    server.unref();
    return first;
  }
  throw new Error(`All ports from ${lowest} to ${highest} are taken.`);
}

function listenOn(port: number): Promise<Server | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(undefined));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => resolve(server));
  });
}
