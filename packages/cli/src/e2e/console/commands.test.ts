import type { CommandList } from "@signalbox/core/control-types";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { flawsOf, missingBrowser } from "../testing/browser.ts";
import { type ConsoleWorld, openConsoleWorld } from "../testing/console-world.ts";

const skip = missingBrowser();
const radiator = "021fbd21a351c443";

const confirmed = `
name: confirmed
source: { webhook: { path: /confirmed, device: device } }
sinks:
  - akenzaDownlink:
      lorawan: { port: 2, payload: '{ "setTargetTemperature": celsius }' }
      confirm:
        expect: data.targetTemperature = $command.payload.loraDownlink.payload.setTargetTemperature
        within: 5m
`;

describe.skipIf(skip !== undefined)(`commands${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
  let world: ConsoleWorld;

  beforeAll(async () => {
    world = await openConsoleWorld({ "pipelines/confirmed.yaml": confirmed });
  });
  afterEach(() => world.mend());
  afterAll(() => world?.close());

  /** Sends one by hand; resolves on its page. */
  const sendByHand = async (page: Page): Promise<void> => {
    await page.getByRole("button", { name: "Send a command" }).click();
    await page.getByRole("dialog").getByRole("textbox", { name: "Device" }).fill(radiator);
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await page.getByRole("button", { name: "Send it" }).click();
    await page.getByRole("heading", { level: 1, name: "Command" }).waitFor();
  };
  const history = (page: Page) => page.getByRole("list").filter({ has: page.locator("time") });

  test("one is sent by hand after a question, and its history tells what became of it", async () => {
    const { page, errors } = await world.open("/commands");
    await page.getByRole("button", { name: "Send a command" }).click();
    await page.getByRole("dialog").getByRole("textbox", { name: "Device" }).fill(radiator);
    expect(await flawsOf(page)).toEqual([]);
    await page.getByRole("button", { name: "Send", exact: true }).click();
    const question = page.getByRole("dialog", { name: `Send this to ${radiator}?` });
    await question.getByText("setTargetTemperature").waitFor();
    expect(await flawsOf(page)).toEqual([]);
    await question.getByRole("button", { name: "Cancel" }).click();
    await question.waitFor({ state: "detached" });
    const { commands } = await world.get<CommandList>(`commands?device=${radiator}`);
    expect(commands.filter(({ by }) => by === "console")).toEqual([]);
    // What was typed is still there.
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await question.getByRole("button", { name: "Send it" }).click();
    await page.getByRole("heading", { level: 1, name: "Command" }).waitFor();
    await page.getByText("The other side took it.").waitFor();
    await page.getByText("console, by hand").waitFor();
    expect(await flawsOf(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  test("an order that makes no sense is refused where it was typed", async () => {
    const { page } = await world.open("/commands");
    await page.getByRole("button", { name: "Send a command" }).click();
    const form = page.getByRole("dialog", { name: "Send a command" });
    await form.getByRole("textbox", { name: "Device" }).fill(radiator);
    await form.getByRole("textbox", { name: /^Payload/ }).fill("{ no json");
    await form.getByRole("button", { name: "Send" }).click();
    await form.getByText("The payload is no JSON").waitFor();
    await form.getByRole("textbox", { name: /^Payload/ }).fill("{}");
    await form.getByRole("textbox", { name: "Connection", exact: true }).fill("nowhere");
    await form.getByRole("button", { name: "Send" }).click();
    await page.getByRole("button", { name: "Send it" }).click();
    await page.getByRole("alert").getByText('no connection "nowhere" takes commands here').waitFor();
    expect(await form.getByRole("textbox", { name: "Device" }).inputValue()).toBe(radiator);
  });

  test("one that waits is cancelled", async () => {
    await world.simulate("faults/fail-requests", { path: "*/downlink", status: 503, retryAfter: 600, times: 0 });
    const { page, errors } = await world.open("/commands");
    await sendByHand(page);
    await history(page).getByText("503").first().waitFor();
    await page.getByRole("button", { name: "Cancel it" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Take it back" }).click();
    await page.getByText("The command is cancelled").waitFor();
    await history(page).getByText("by console").last().waitFor();
    await page.getByRole("button", { name: /^Cancel it ?: It is cancelled/ }).waitFor();
    expect(await flawsOf(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  test("one whose end is unknown is sent again", async () => {
    const { page, errors } = await world.open("/commands");
    await world.simulate("faults/fail-requests", { path: `*/${radiator}/downlink`, cut: "after" });
    await sendByHand(page);
    await page.getByRole("heading", { level: 2, name: "unknown" }).waitFor();
    await page.getByRole("button", { name: "Send again" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Send again" }).click();
    await page.getByRole("heading", { level: 2, name: "accepted" }).waitFor();
    await history(page).getByText("It is sent again by hand.").waitFor();
    expect(errors).toEqual([]);
  });

  test("one is confirmed by what its device says then", async () => {
    await world.call("/confirmed", { device: radiator, celsius: 23 });
    const { page, errors } = await world.open("/commands?pipeline=confirmed");
    await page.getByRole("link", { name: `Command to ${radiator}` }).click();
    // Who was told something and understood it sends the next uplink.
    await world.simulate("tick", { count: 1 });
    await page.getByRole("heading", { level: 2, name: "confirmed" }).waitFor();
    await page.getByText("An uplink of the device showed that it was carried out.").waitFor();
    expect(await flawsOf(page)).toEqual([]);
    expect(errors).toEqual([]);
  });
});
