import { createSimulator, type Simulator } from "@signalbox/akenza-simulator";
import { type CheckResult, type Clock, systemClock } from "@signalbox/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { settingsSchema } from "../settings.ts";
import { checkAkenza } from "./check-akenza.ts";

const keys = { all: "all-0123456789", reader: "reader-0123456789", guest: "guest-0123456789", mute: "mute-0123456789" };
let simulator: Simulator;

beforeAll(async () => {
  const { workspaces } = await createAndClose();
  simulator = await createSimulator({
    apiKeys: [
      keys.all,
      { key: keys.reader, permissions: ["read", "stream"] },
      { key: keys.guest, workspaceIds: [workspaces[0]!.id] },
      { key: keys.mute, permissions: ["read", "downlink"] },
    ],
  });
});
afterAll(() => simulator.close());

async function createAndClose(): Promise<Simulator> {
  const made = await createSimulator({});
  await made.close();
  return made;
}

interface Asked {
  readonly apiKey?: string;
  readonly sendsCommands?: boolean;
  readonly clock?: Clock;
  readonly baseUrl?: string;
}

function look({ apiKey, sendsCommands = true, clock = systemClock, baseUrl = simulator.url }: Asked) {
  const settings = settingsSchema.parse({ ...(apiKey === undefined ? {} : { apiKey }), baseUrl });
  return checkAkenza(settings, { clock, sendsCommands }, new AbortController().signal);
}

function standings(results: readonly CheckResult[]): Readonly<Record<string, string>> {
  return Object.fromEntries(results.map(({ subject, status }) => [subject.replace(/ at .*/, ""), status]));
}

const well = {
  "key for akenza": "ok",
  "device list": "ok",
  history: "ok",
  downlinks: "ok",
  WebSocket: "ok",
  "clock of akenza": "ok",
};

test("a key that may do everything; nothing is sent, and nothing stays open", async () => {
  const results = await look({ apiKey: keys.all });
  expect(standings(results)).toEqual(well);
  expect(results.find(({ subject }) => subject === "device list")?.found).toBe("the key sees 20 devices");
  expect(simulator.downlinks.entries).toEqual([]);
  await simulator.until(() => simulator.state().connections.length === 0);
});

test("a key that is limited to a workspace is asked about that", async () => {
  expect(standings(await look({ apiKey: keys.guest }))).toEqual(well);
});

test("missing permissions are told one by one, and only where they are needed", async () => {
  expect(standings(await look({ apiKey: keys.reader }))).toEqual({ ...well, downlinks: "warning" });
  const asked = { apiKey: keys.reader, sendsCommands: false };
  expect(standings(await look(asked))).toEqual({ ...well, downlinks: "skipped" });
  expect(standings(await look({ apiKey: keys.mute }))).toEqual({ ...well, WebSocket: "error" });
});

test("a refused key is an error with what to do, and is told nowhere", async () => {
  const results = await look({ apiKey: "wrong-0123456789" });
  expect(standings(results)).toEqual({ "key for akenza": "error", "clock of akenza": "ok" });
  expect(results[0]).toMatchObject({
    found: expect.stringMatching(/^AKENZA_AUTH_REFUSED: akenza answered 401/) as string,
    advice: "Check the key or token of the connection.",
  });
  expect(JSON.stringify(results)).not.toContain("wrong-0123456789");
});

test("no key, and no akenza", async () => {
  expect(await look({})).toMatchObject([
    { status: "error", advice: "Set AKENZA_API_KEY, or apiKey of the connection." },
  ]);
  const away = await look({ apiKey: keys.all, baseUrl: "http://127.0.0.1:1" });
  expect(away).toMatchObject([{ status: "error", found: expect.stringMatching(/^AKENZA_UNREACHABLE/) as string }]);
});

test("a clock that is off is told against akenza's", async () => {
  const clock: Clock = { ...systemClock, now: () => Date.now() - 30_000 };
  const results = await look({ apiKey: keys.all, clock });
  expect(standings(results)).toEqual({ ...well, "clock of akenza": "warning" });
  expect(results.at(-1)?.found).toMatch(/^(29|30)\.\d s ahead of this machine's$/);
});
