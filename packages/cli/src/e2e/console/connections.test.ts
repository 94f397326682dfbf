import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { flawsOf, missingBrowser } from "../testing/browser.ts";
import { type ConsoleWorld, openConsoleWorld } from "../testing/console-world.ts";

const skip = missingBrowser();
const unknown = "02ffffffffffffff";
const asking = `
name: asks-in-vain
source: { akenza: { subscribe: [{ asset: ["${unknown}"], topic: "*" }] } }
sinks: [{ drop: {} }]
`;

describe.skipIf(skip !== undefined)(`connections${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
  let world: ConsoleWorld;

  beforeAll(async () => {
    world = await openConsoleWorld({ "pipelines/asking.yaml": asking });
  });
  afterEach(() => world.mend());
  afterAll(() => world?.close());

  test("each tells how it stands, since when, and what it counted", async () => {
    const { page, errors } = await world.open("/connections");
    const akenza = page.getByRole("region", { name: "akenza" });
    await akenza.getByText("open", { exact: true }).waitFor();
    await akenza.getByText(/open since/).waitFor();
    await akenza.getByText(/^\d+ subscriptions$/).waitFor();
    await page.getByRole("region", { name: "warehouse" }).waitFor();
    expect(await flawsOf(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  test("a refused subscription is named", async () => {
    const { page, errors } = await world.open("/connections");
    const akenza = page.getByRole("region", { name: "akenza" });
    await akenza.getByText("Refused subscriptions").waitFor();
    await akenza.getByRole("listitem").filter({ hasText: unknown }).waitFor();
    expect(await flawsOf(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  test("one that is lost is told as such, and counted when it is back", async () => {
    await world.simulate("faults/refuse-upgrades", { status: 503, times: 0 });
    await world.simulate("faults/drop-connections");
    const { page, errors } = await world.open("/connections");
    const akenza = page.getByRole("region", { name: "akenza" });
    await akenza.getByText("down", { exact: true }).waitFor();
    await akenza
      .getByText(/HTTP 503/)
      .first()
      .waitFor();
    expect(await flawsOf(page)).toEqual([]);
    await world.mend();
    await akenza.getByText("open", { exact: true }).waitFor();
    const again = akenza.locator("div").filter({ hasText: /^Times connected again/ });
    await again.getByText(/^[1-9]\d*$/).waitFor();
    expect(errors).toEqual([]);
  });
});
