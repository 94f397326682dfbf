import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { flawsOf, missingBrowser } from "../testing/browser.ts";
import { type ConsoleWorld, openConsoleWorld, type OpenPage } from "../testing/console-world.ts";

const skip = missingBrowser();
const radiator = "021fbd21a351c443";

describe.skipIf(skip !== undefined)(`playground${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
  let world: ConsoleWorld;

  beforeAll(async () => {
    world = await openConsoleWorld();
  });
  afterAll(() => world?.close());

  const partsOf = ({ page }: OpenPage) => ({
    expression: page.getByRole("textbox", { name: "Expression" }),
    sample: page.getByRole("textbox", { name: "Sample" }),
    result: page.getByRole("region", { name: "Result" }),
  });

  test("the result and its time come as one types, an error with its place", async () => {
    const opened = await world.open("/playground");
    const { page, errors } = opened;
    const { expression, sample, result } = partsOf(opened);
    await result.getByText('"temperatureF": 70.5').waitFor();
    await page.getByText(/^\d+\.\d\d ms$/).waitFor();
    expect(await flawsOf(page)).toEqual([]);
    await expression.fill("data.co2 > ");
    await page
      .getByText(/line 1, column \d+/)
      .first()
      .waitFor();
    await expect.poll(() => page.locator(".cm-lintRange-error, .cm-lintPoint-error").count()).toBeGreaterThan(0);
    expect(await flawsOf(page)).toEqual([]);
    await expression.fill("data.co2 > 600");
    await result.getByText("true").waitFor();
    await expression.fill("data.nothing");
    await page.getByText("It gives nothing: a filter would discard the message.").waitFor();
    await sample.press("ControlOrMeta+a");
    await sample.pressSequentially("{ no json");
    await page.getByText("The sample is no JSON").waitFor();
    expect(errors).toEqual([]);
  });

  test("nothing of what is typed is lost, however fast", async () => {
    const opened = await world.open("/playground");
    const { page, expression, result } = { ...opened, ...partsOf(opened) };
    const words = Array.from({ length: 60 }, (_, nth) => `w${nth}`).join(" & ");
    await expression.fill("");
    await expression.pressSequentially(`"${words}`);
    await expression.press("End");
    await expression.pressSequentially('"');
    await result.getByText(words).waitFor();
    expect(await page.locator(".cm-line").first().textContent()).toBe(`"${words}"`);
  });

  test("a message that flows is taken as the sample, and one that is remembered, with what is known of it", async () => {
    const opened = await world.open("/playground");
    const { page, errors } = opened;
    const { expression, sample, result } = partsOf(opened);
    await page.getByRole("combobox", { name: "Pipeline to take a sample of" }).selectOption("wall-display");
    await page.getByRole("button", { name: "Take the next message" }).click();
    await page.getByText("is that of a message of wall-display").waitFor();
    await sample.getByText('"deviceId"').waitFor();

    await world.call(`/radiators/${radiator}/setpoint`, { targetTemperature: 19 });
    await page.getByRole("combobox", { name: "Pipeline to take a sample of" }).selectOption("radiator-setpoint");
    const recorded = page.getByRole("combobox", { name: "Recorded messages" });
    const label = await recorded.getByRole("option", { name: radiator }).first().textContent();
    await recorded.selectOption({ label: label ?? "" });
    await sample.getByText('"targetTemperature"').waitFor();
    await expression.fill("$meta.device & targetTemperature");
    await result.getByText(`${radiator}19`).waitFor();
    expect(await flawsOf(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  test("the expression is copied as a step", async () => {
    const { page, context, errors } = await world.open("/playground");
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("textbox", { name: "Expression" }).fill("data.co2 > 800");
    await page.getByRole("button", { name: "Copy as a filter" }).click();
    await page.getByText("Copied as a filter").waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe("  - filter: |\n      data.co2 > 800\n");
    expect(errors).toEqual([]);
  });

  test("where the browser gives no clipboard, the step is shown to be copied by hand", async () => {
    const { page, context } = await world.open("/");
    await context.addInitScript('Object.defineProperty(navigator, "clipboard", { value: undefined })');
    await page.goto(`${world.url}/playground`);
    await page.getByRole("button", { name: "Copy as a transform" }).click();
    const step = page.getByRole("dialog").getByRole("textbox", { name: "Step" });
    expect(await step.inputValue()).toContain('  - transform: |\n      {\n        "device": deviceId,');
    expect(await flawsOf(page)).toEqual([]);
  });
});
