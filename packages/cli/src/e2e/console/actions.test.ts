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

  const post = async (path: string, body: unknown): Promise<void> => {
    const headers = { "content-type": "application/json", authorization: "Bearer change-me" };
    const answer = await fetch(world.httpUrl + path, { method: "POST", headers, body: JSON.stringify(body) });
    expect(answer.status).toBe(202);
  };

  test("a dead letter is found, edited, previewed, sent again, and arrives", async () => {
    await post(`/radiators/${radiator}/setpoint`, { targetTemperature: "warm" });
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
    await post("/hostile", { who: "a", number: "one" });
    await post("/hostile", { who: "b", number: "two" });
    const { page } = await world.open("/dead-letters?pipeline=hostile");
    await page.getByRole("checkbox", { name: "Mark all shown" }).check();
    await page.getByRole("button", { name: /^Purge \(\d\)/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: /^Purge \(\d\)/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Purge" }).click();
    await page.getByText("No letter fits").waitFor();
    const left = await fetch(`${world.url}/api/v1/dead-letters?pipeline=hostile`);
    expect(await left.json()).toEqual({ letters: [] });
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

  test("a command is sent by hand, and its history tells what became of it", async () => {
    const { page, errors } = await world.open("/commands");
    await page.getByRole("button", { name: "Send a command" }).click();
    await page.getByRole("textbox", { name: "Device" }).last().fill(radiator);
    expect(await flawsOf(page)).toEqual([]);
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Command" }).waitFor();
    await page.getByText("The other side took it.").waitFor();
    await page.getByText("console, by hand").waitFor();
    expect(await flawsOf(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  test("connections tell how they stand", async () => {
    const { page, errors } = await world.open("/connections");
    await page.getByRole("region", { name: "akenza" }).getByText("open", { exact: true }).waitFor();
    expect(await flawsOf(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  test("what devices and authors say is text, whatever it says", async () => {
    await post("/hostile", { who: evil, number: evil });
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
