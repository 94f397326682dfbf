import { delivered } from "../component/contracts.ts";
import type { Backend } from "../ports/backend.ts";
import { crashingPorts } from "./crashing-ports.ts";
import { createTestEngine } from "./delivery/harness.ts";
import { createProbes } from "./delivery/probes.ts";
import type { LedgerFixture } from "./ledger-fixture.ts";
import type { TestKit } from "./test-kit.ts";

const yaml = `name: slow
source: { feed: { id: in } }
sinks:
  - drop: {}
---
name: hook
source:
  webhook: { path: /hook }
sinks:
  - probe: { id: a }
`;

/** What callers hear of an engine that starts and stops, on a real store. */
export function webhookEngineTests({ test, expect }: TestKit, fixture: () => LedgerFixture): void {
  /** On the suite's store, which stays open. */
  function backend(): Backend {
    const { store, queue } = crashingPorts(fixture());
    const localDatabase = () => Promise.reject(new Error("the test has no local database"));
    return { store, queue, localDatabase, describe: () => store.kind, close: async () => undefined };
  }

  test("D5 D10 callers of an engine that starts or stops hear that it pays to try again, and /livez answers", async () => {
    const probes = createProbes();
    const run = createTestEngine({ create: backend, stop: async () => undefined }, yaml, probes);
    const post = async (path: string): Promise<unknown> => {
      const response = await fetch(`${run.engine.status().httpUrl}${path}`, { method: "POST", body: "1" });
      const { code } = (await response.json()) as { code?: string };
      return [response.status, response.headers.get("retry-after"), code];
    };
    const awaited = [503, "1", "HTTP_ROUTE_AWAITED"];
    let refuse: (cause: Error) => void = () => undefined;
    const opening = new Promise<void>((isOpening) => {
      probes.feed("in").open = () => {
        isOpening();
        return new Promise<void>((_resolve, reject) => (refuse = reject));
      };
    });
    const started = run.engine.start();
    await opening;
    expect(await post("/elsewhere")).toEqual(awaited);
    expect((await fetch(`${run.engine.status().httpUrl}/livez`)).status).toBe(200);
    probes.feed("in").open = () => undefined;
    refuse(new Error("not yet"));
    await started;
    // Until it was opened, a path may be that of any source.
    expect([run.status("slow").state, await post("/elsewhere")]).toEqual(["waiting", awaited]);
    await run.until(() => run.status("slow").state === "running");
    expect(await post("/elsewhere")).toEqual([404, null, "HTTP_ROUTE_UNKNOWN"]);

    let release = (): void => undefined;
    run.probe("a").answer = () => new Promise((resolve) => (release = () => resolve(delivered)));
    expect(await post("/hook")).toEqual([202, null, undefined]);
    await run.until(() => run.probe("a").tried.length === 1);
    const stopped = run.engine.stop();
    await run.until(() => run.status("hook").source.status?.state === "connecting");
    expect(await post("/hook")).toEqual(awaited);
    release();
    expect(await stopped).toEqual({ parked: 0, unsettled: 0 });
  });
}
