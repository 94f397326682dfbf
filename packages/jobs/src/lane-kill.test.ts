import { startCrashChild } from "@signalbox/core/testing";
import { existsSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { BackendSettings } from "./settings.ts";
import { storesUnderTest } from "./testing/stores-under-test.ts";

interface Seen {
  readonly path: string;
  readonly key: string;
  readonly numbers: readonly number[];
}

type Child = ReturnType<typeof startCrashChild>;

function start(settings: BackendSettings, url: string, role: "victim" | "heir"): Child {
  const program = fileURLToPath(new URL("../dist/testing/lane-program.js", import.meta.url));
  if (!existsSync(program)) throw new Error("The kill tests run the build: run `pnpm build` first.");
  return startCrashChild([program, JSON.stringify(settings), url, role]);
}

describe.each(storesUnderTest)("lanes over kill -9: $name", ({ name, skip, start: startStore }) => {
  const exempt = name === "memory" ? "the memory store ends with its process" : skip;
  const title = exempt === undefined ? "" : ` (skipped: ${exempt})`;

  // The time limit allows for the store's own wait before it gives a dead process's jobs away, and for slow starts.
  test.skipIf(exempt !== undefined)(
    `D4 D6 D7 what was parked is written by the next process, in order, batches as they were tried${title}`,
    async () => {
      const place = await startStore();
      const server = await serve();
      const children: Child[] = [];
      try {
        const victim = start(place.settings, server.url, "victim");
        children.push(victim);
        await victim.line((line) => line === "parked");
        server.letThrough(6);
        await server.hanging;
        await victim.kill();
        server.letThrough(Number.POSITIVE_INFINITY);
        const heir = start(place.settings, server.url, "heir");
        children.push(heir);
        await heir.line((line) => line === "nothing parked");
      } finally {
        for (const child of children) await child.kill();
        await server.close();
        await place.stop();
      }
      for (const path of ["/one", "/lists"]) {
        const taken = server.taken.filter((each) => each.path === path).flatMap(({ numbers }) => numbers);
        const first = [...new Set(taken)];
        for (let device = 0; device < 4; device += 1) {
          const wanted = Array.from({ length: 10 }, (_, index) => index * 4 + device);
          expect(first.filter((n) => n % 4 === device)).toEqual(wanted);
        }
      }
      expect(keysOfMoreThanOneList(server.seen)).toEqual([]);
    },
    120_000,
  );
});

/** Keys that were used for different members. */
function keysOfMoreThanOneList(seen: readonly Seen[]): readonly string[] {
  const membersOf = new Map<string, string>();
  return seen
    .filter(({ key, numbers }) => {
      const members = numbers.join();
      const known = membersOf.get(key) ?? members;
      membersOf.set(key, members);
      return known !== members;
    })
    .map(({ key }) => key);
}

/** A server that is down until it is told to let some requests through; those beyond them hang. */
async function serve() {
  const seen: Seen[] = [];
  const taken: Seen[] = [];
  let left = -1;
  let hang = (): void => undefined;
  const hanging = new Promise<void>((resolve) => (hang = resolve));
  const answer = (one: Seen, response: ServerResponse): void => {
    if (left < 0) return void response.writeHead(503).end();
    if (left === 0) return hang();
    left -= 1;
    taken.push(one);
    response.end();
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as { n: number } | { n: number }[];
      const key = String(request.headers["idempotency-key"]);
      const one = { path: request.url ?? "", key, numbers: [body].flat().map(({ n }) => n) };
      seen.push(one);
      answer(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { seen, taken, hanging, url, letThrough: (count: number) => void (left = count), close };
}
