import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { flawsOf, missingBrowser } from "../testing/browser.ts";
import { type ConsoleWorld, openConsoleWorld } from "../testing/console-world.ts";

const skip = missingBrowser();
const radiator = "021fbd21a351c443";
const evil = `<img src=x onerror="document.title='taken'">`;

const hostile = `
name: hostile
description: ${JSON.stringify(evil)}
source: { webhook: { path: /hostile, device: who } }
steps: [{ filter: number > 1 }]
sinks: [{ drop: {} }]
`;

describe.skipIf(skip !== undefined)(`actions${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
  let world: ConsoleWorld;

  beforeAll(async () => {
    world = await openConsoleWorld({ "pipelines/hostile.yaml": hostile });
  });
  afterAll(() => world?.close());

  test("a dead letter is found, edited, previewed, sent again, and arrives", async () => {
    await world.call(`/radiators/${radiator}/setpoint`, { targetTemperature: "warm" });
    const { page, errors } = await world.open("/dead-letters?pipeline=radiator-setpoint");
    await page.getByRole("link", { name: "radiator-setpoint" }).waitFor();
    expect(await flawsOf(page)).toEqual([]);
    await page.getByRole("link", { name: "radiator-setpoint" }).click();
    const body = page.getByRole("textbox", { name: "Body (JSON)" });
    await body.fill("{ no json");
    await page.getByRole("button", { name: "Keep the edit" }).click();
    await page.getByText("This is no JSON").waitFor();
    expect(await body.inputValue()).toBe("{ no json");
    await body.fill('{ "targetTemperature": 21 }');
    await page.getByRole("button", { name: "Keep the edit" }).click();
    await page.getByText("this is what is sent").waitFor();
    await page.getByRole("button", { name: "Through the pipeline", exact: true }).click();
    await page.getByText("valve: would be written").waitFor();
    expect(await flawsOf(page)).toEqual([]);
    await page.getByRole("button", { name: "Send through the pipeline" }).click();
    await page.getByRole("button", { name: "Send again" }).click();
    await page.getByText("1 delivered").waitFor();
    await page.goto(`${world.url}/commands?device=${radiator}&pipeline=radiator-setpoint`);
    await page.getByRole("table").getByText("accepted").first().waitFor();
    expect(errors).toEqual([]);
  });

  test("letters are purged in bulk, and only after a question", async () => {
    await world.call("/hostile", { who: "a", number: "one" });
    await world.call("/hostile", { who: "b", number: "two" });
    const { page } = await world.open("/dead-letters?pipeline=hostile");
    await page.getByRole("checkbox", { name: "Mark all shown" }).check();
    await page.getByRole("button", { name: /^Purge \(\d\)/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: /^Purge \(\d\)/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Purge" }).click();
    await page.getByText("No letter fits").waitFor();
    expect(await world.get("dead-letters?pipeline=hostile")).toEqual({ letters: [] });
  });

  test("a schedule is paused with a reason, resumed, and run now", async () => {
    const { page, errors } = await world.open("/schedules");
    await page.getByRole("link", { name: "night-setback" }).waitFor();
    expect(await flawsOf(page)).toEqual([]);
    await page.getByRole("link", { name: "night-setback" }).click();
    await page.getByRole("button", { name: "Pause: night-setback" }).click();
    await page.getByRole("textbox", { name: "Why" }).fill("the boiler is being serviced");
    await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
    await page.getByText("the boiler is being serviced").waitFor();
    expect(await flawsOf(page)).toEqual([]);
    await page.getByRole("button", { name: "Resume: night-setback" }).click();
    await page.getByText("night-setback goes on").waitFor();
    await page.getByRole("button", { name: "Run now: night-setback" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Run now" }).click();
    await page.getByRole("link", { name: "3 commands" }).click();
    await page.getByRole("heading", { name: "Commands" }).waitFor();
    await page
      .getByRole("link", { name: /Command to/ })
      .first()
      .waitFor();
    expect(errors).toEqual([]);
  });

  test("what devices and authors say is text, whatever it says", async () => {
    await world.call("/hostile", { who: evil, number: evil });
    const { page, errors } = await world.open("/");
    await page.getByText(evil).first().waitFor();
    await page.goto(`${world.url}/dead-letters?pipeline=hostile`);
    await page.getByText(evil).first().waitFor();
    await page.getByRole("link", { name: "hostile" }).click();
    await page.getByRole("region", { name: "Body as the source gave it" }).getByText("onerror").waitFor();
    await page.goto(`${world.url}/pipelines/${encodeURIComponent(evil)}?view=${encodeURIComponent(evil)}`);
    await page.getByText("No pipeline of this name runs here.").waitFor();
    expect(await page.locator("img[src=x]").count()).toBe(0);
    expect(await page.title()).not.toBe("taken");
    expect(errors).toEqual([]);
  });
});
