import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { flawsOf, missingBrowser } from "../testing/browser.ts";
import { type ConsoleWorld, openConsoleWorld } from "../testing/console-world.ts";

const skip = missingBrowser();
const radiator = "021fbd21a351c443";

/** Every page, and what is there once it is drawn. */
const pages = {
  "/": "svg[aria-label='Sources, pipelines and sinks']",
  "/pipelines": "tbody tr",
  "/pipelines/wall-display": ".uplot",
  "/pipelines/wall-display?view=tap": ".seen-list li",
  "/pipelines/radiator-setpoint?view=why&device=021fbd21a351c443": ".stage",
  "/pipelines/wall-display?view=yaml": ".cm-content",
  "/dead-letters": "tbody tr",
  "/schedules": "tbody tr",
  "/schedules/valve-exercise": "tbody tr",
  "/commands": "tbody tr",
  "/connections": ".card",
  "/devices": "tbody tr",
  [`/devices/${radiator}`]: "h2",
  "/playground": ".cm-content",
  "/changes": "tbody tr",
};

/** What is wider than the window, or than its own frame; one line each. */
const tooWide = `(() => {
  const name = (each) => each.tagName.toLowerCase() + "." + each.className + ": " + each.scrollWidth + " in " + each.clientWidth;
  const frames = [document.documentElement, ...document.querySelectorAll(".table-wrap")];
  return frames.filter((each) => each.scrollWidth > each.clientWidth).map(name);
})()`;

describe.skipIf(skip !== undefined)(`on a phone${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
  let world: ConsoleWorld;

  beforeAll(async () => {
    world = await openConsoleWorld();
    // A letter, a command, and a change.
    await world.call(`/radiators/${radiator}/setpoint`, { targetTemperature: "warm" });
    await world.call(`/radiators/${radiator}/setpoint`, { targetTemperature: 21 });
    await fetch(`${world.url}/api/v1/reload`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ by: "somebody with a longer name" }),
    });
  });
  afterAll(() => world?.close());

  test.each(Object.entries(pages))("%s fits", async (path, ready) => {
    const { page, errors, context } = await world.open(path, "phone");
    await page.locator(ready).first().waitFor();
    expect(await page.evaluate(tooWide)).toEqual([]);
    expect(await flawsOf(page)).toEqual([]);
    expect(errors).toEqual([]);
    await context.close();
  });
});
