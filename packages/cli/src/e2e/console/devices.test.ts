import type { DeviceDetail, DeviceList } from "@signalbox/core/control-types";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { flawsOf, missingBrowser } from "../testing/browser.ts";
import { type ConsoleWorld, openConsoleWorld } from "../testing/console-world.ts";

const skip = missingBrowser();
const radiator = "021fbd21a351c443";
const heard = `
name: radiators
source: { akenza: { subscribe: [{ asset: ["${radiator}"], topic: "*" }] } }
sinks: [{ drop: {} }]
`;

describe.skipIf(skip !== undefined)(`devices${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
  let world: ConsoleWorld;

  beforeAll(async () => {
    world = await openConsoleWorld({ "pipelines/radiators.yaml": heard });
  });
  afterEach(() => world.mend());
  afterAll(() => world?.close());

  const emit = (celsius: number): Promise<void> =>
    world.simulate("emit", { deviceId: radiator, topic: "default", data: { temperature: celsius } });

  test("one device: its latest sample, how often it is heard, who asks for it, and its commands", async () => {
    await world.call(`/radiators/${radiator}/setpoint`, { targetTemperature: 21 });
    const { page, errors } = await world.open(`/devices?search=${radiator}`);
    const row = page.getByRole("row", { name: radiator });
    await row.waitFor();
    let celsius = 20;
    // A habit is known after eight intervals of a second or more.
    const often = { timeout: 50_000, interval: 1_100 };
    await expect
      .poll(async () => {
        await emit((celsius += 0.5));
        return row.getByRole("cell").nth(2).textContent();
      }, often)
      .not.toBe("–");
    expect(await flawsOf(page)).toEqual([]);
    await row.getByRole("link", { name: radiator }).click();
    const topic = page.getByRole("region", { name: "Topic default" });
    await topic.getByText(/usually every \d/).waitFor();
    await topic.getByRole("region", { name: "Latest sample of default" }).getByText('"temperature"').waitFor();
    await page.getByRole("link", { name: "radiators" }).waitFor();
    await page.getByRole("link", { name: "radiator-setpoint" }).waitFor();
    expect(await flawsOf(page)).toEqual([]);
    await page.getByRole("link", { name: "All of them" }).click();
    await page.getByRole("link", { name: `Command to ${radiator}, accepted` }).waitFor();
    expect(errors).toEqual([]);
  });

  test("what a pipeline did not get of a device is told with its reason", async () => {
    await world.simulate("faults/fail-requests", { path: "*/query", status: 403, times: 0 });
    await world.simulate("faults/refuse-upgrades", { status: 503 });
    await world.simulate("faults/drop-connections");
    await emit(30);
    const { page, errors } = await world.open(`/devices/${radiator}`);
    await page.getByRole("heading", { name: "Missing" }).waitFor();
    const missing = page.getByRole("listitem").filter({ hasText: "no permission" });
    await missing.first().getByText("radiators").waitFor();
    expect(await missing.first().locator("time").count()).toBe(2);
    expect(await flawsOf(page)).toEqual([]);
    await page.goto(`${world.url}/devices?search=${radiator}`);
    await expect
      .poll(() => page.getByRole("row", { name: radiator }).getByRole("cell").nth(4).textContent())
      .toMatch(/^[1-9]/);
    expect(errors).toEqual([]);
  });

  test("a device that has fallen silent is told as silent, in the list and on its page", async () => {
    const { page, errors } = await world.open("/");
    // Nobody is silent before five minutes are over: that much is put into what the engine says.
    await page.route("**/api/v1/devices?*", async (route) => {
      const response = await route.fetch();
      const list = (await response.json()) as DeviceList;
      const devices = list.devices.map((each) => ({ ...each, isSilent: true }));
      await route.fulfill({ response, json: { ...list, devices, silent: devices.length } });
    });
    await page.route(`**/api/v1/devices/${radiator}`, async (route) => {
      const response = await route.fetch();
      const { device, connections } = (await response.json()) as DeviceDetail;
      const silent = connections.map(({ streams, ...rest }) => {
        return { ...rest, streams: streams.map((each) => ({ ...each, isSilent: true })) };
      });
      await route.fulfill({ response, json: { device, connections: silent } });
    });
    await page.goto(`${world.url}/devices?search=${radiator}`);
    await page.getByText("1 device, 1 silent").waitFor();
    await page.getByRole("row", { name: `silent ${radiator}` }).waitFor();
    expect(await flawsOf(page)).toEqual([]);
    await page.getByRole("link", { name: radiator }).click();
    await page.getByRole("heading", { name: "default: silent" }).waitFor();
    expect(await flawsOf(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  test("the list is narrowed by its filters, and says when nothing fits", async () => {
    const { page, errors } = await world.open("/devices");
    await page.getByRole("combobox", { name: "Asked for by" }).selectOption("radiators");
    await page.getByText("1 device", { exact: true }).waitFor();
    await page.getByRole("combobox", { name: "Silent only" }).selectOption("true");
    await page.getByText("No device fits").waitFor();
    expect(new URL(page.url()).search).toBe("?pipeline=radiators&silent=true");
    await page.goto(`${world.url}/devices/nobody`);
    await page.getByText('No device "nobody" was heard here').waitFor();
    expect(await flawsOf(page)).toEqual([]);
    expect(errors.filter((text) => !text.includes("404"))).toEqual([]);
  });
});
