import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { flawsOf, missingBrowser } from "../testing/browser.ts";
import { type ConsoleWorld, openConsoleWorld } from "../testing/console-world.ts";

const skip = missingBrowser();
const patient = { timeout: 30_000 };

describe.skipIf(skip !== undefined)(`overview and pipelines${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
  let world: ConsoleWorld;

  beforeAll(async () => {
    world = await openConsoleWorld();
  });
  afterAll(() => world?.close());

  test("the overview shows every example pipeline, and its flow as it flows", async () => {
    const { page, errors } = await world.open("/");
    const rows = page.getByRole("table", { name: "Pipelines" }).locator("tbody tr");
    await expect.poll(() => rows.count(), patient).toBe(13);
    await page
      .getByRole("row", { name: /wall-display/ })
      .getByText(/^[\d.]*[1-9]\/s$/)
      .first()
      .waitFor();
    await page
      .getByRole("region", { name: "Sources, pipelines and sinks" })
      .locator(".node-title", { hasText: "akenza" })
      .first()
      .waitFor();
    expect(await flawsOf(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  test("filter and order are in the address", async () => {
    const { page } = await world.open("/");
    await page.getByRole("searchbox", { name: "Filter pipelines" }).fill("schedule akenzaDownlink");
    const rows = page.getByRole("table", { name: "Pipelines" }).locator("tbody tr");
    await expect.poll(() => rows.count(), patient).toBe(3);
    await page.getByRole("button", { name: /^Pipeline/ }).click();
    await expect.poll(() => rows.first().textContent(), patient).toContain("valve-exercise");
    await page.reload();
    await expect.poll(() => rows.first().textContent(), patient).toContain("valve-exercise");
    expect(new URL(page.url()).search).toBe("?filter=schedule+akenzaDownlink&sort=state&order=down");
  });

  test("a pipeline is reached by keyboard, and its tap shows a real message before and after", async () => {
    const { page, errors } = await world.open("/");
    await page.keyboard.press("g");
    await page.keyboard.press("p");
    await page.getByRole("link", { name: "desk-lights" }).press("Enter");
    await page.getByRole("heading", { level: 1, name: /desk-lights/ }).waitFor();
    expect(await flawsOf(page)).toEqual([]);
    await page.getByRole("link", { name: "Live tap" }).click();
    await page.getByRole("combobox", { name: "Stage" }).selectOption("transform");
    await page.getByText("Waiting for a message").waitFor();
    // Watched from now on: what is told is the sample that follows.
    const body = { deviceId: "0215aa084de58f37", topic: "occupancy", data: { occupied: true } };
    const seen = page.getByRole("button", { name: /transform/ });
    let isOccupied = true;
    await expect
      .poll(async () => {
        isOccupied = !isOccupied;
        const sample = { ...body, data: { occupied: isOccupied } };
        await world.simulate("emit", sample);
        return seen.count();
      }, patient)
      .toBeGreaterThan(0);
    await seen.first().click();
    await page.getByRole("region", { name: "Body before" }).getByText('"occupied":').waitFor();
    await page.getByRole("region", { name: "Body after" }).getByText('"plug":').waitFor();
    expect(await flawsOf(page)).toEqual([]);
    await page.getByRole("link", { name: "Why: its whole way" }).click();
    await page.getByText("$exists(plug)").first().waitFor();
    expect(await flawsOf(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  test("a pipeline tells what each step discards, in its graph, in a table and over time", async () => {
    const { page, errors } = await world.open("/pipelines/radiator-setpoint");
    const graph = page.getByRole("region", { name: "Stages of radiator-setpoint" });
    const tooCold = { targetTemperature: 2 };
    await expect
      .poll(async () => {
        await world.call("/radiators/021fbd21a351c443/setpoint", tooCold);
        return graph.locator(".node-below").allTextContents();
      }, patient)
      .toContainEqual(expect.stringMatching(/^[\d.]+\/s discarded$/));
    const step = page.getByRole("table", { name: "Steps" }).getByRole("row", { name: /^filter/ });
    await expect.poll(() => step.getByRole("cell").nth(4).textContent(), patient).toMatch(/^[1-9]/);
    await page.getByRole("combobox", { name: "Of what" }).selectOption("Step filter");
    await page.locator("figcaption").getByText("Discarded").waitFor();
    expect(new URL(page.url()).search).toBe("?of=step+filter");
    expect(await flawsOf(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  test("a page that the console does not have says so, and an unknown pipeline too", async () => {
    const { page } = await world.open("/nowhere");
    await page.getByText("The console has no page at this address.").waitFor();
    await page.goto(`${world.url}/pipelines/none`);
    await page.getByText("No pipeline of this name runs here.").waitFor();
    expect(await flawsOf(page)).toEqual([]);
  });

  test("an engine that is gone leaves what was known, and says that it is not fresh", async () => {
    const { page } = await world.open("/");
    await page.getByRole("link", { name: "wall-display" }).first().waitFor();
    await world.engine.kill();
    await page.getByText("What is shown is from").waitFor();
    expect(await page.getByRole("link", { name: "wall-display" }).first().isVisible()).toBe(true);
  });
});
