import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { flawsOf, missingBrowser } from "../testing/browser.ts";
import { type ConsoleWorld, openConsoleWorld } from "../testing/console-world.ts";

const skip = missingBrowser();
const path = "pipelines/counted.yaml";
const counted = (expression: string): string => `name: counted
source: { webhook: { path: /counted } }
steps:
  - transform: ${JSON.stringify(expression)}
sinks: [{ drop: {} }]
`;

describe.skipIf(skip !== undefined)(`changes and files${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
  let world: ConsoleWorld;

  beforeAll(async () => {
    world = await openConsoleWorld({ [path]: counted("number + 1") });
  });
  afterAll(() => world?.close());

  test("a reload and what was done by hand are told with who and when", async () => {
    const began = Date.now();
    const { page, errors } = await world.open("/changes");
    await page.getByRole("button", { name: /Who you are/ }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("Ada");
    await page.getByRole("button", { name: "Keep" }).click();
    await page.getByRole("button", { name: "Read the files again" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Read them" }).click();
    await page.getByText("Nothing has changed").waitFor();
    const reload = page.getByRole("row", { name: /Ada.*reload.*done/ });
    await reload.waitFor();
    const at = Date.parse((await reload.locator("time").getAttribute("datetime")) ?? "");
    expect(at).toBeGreaterThanOrEqual(began);
    expect(at).toBeLessThanOrEqual(Date.now());
    expect(await flawsOf(page)).toEqual([]);

    await page.goto(`${world.url}/schedules/morning-comfort`);
    await page.getByRole("button", { name: "Pause: morning-comfort" }).click();
    await page.getByRole("textbox", { name: "Why" }).fill("holidays");
    await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
    await page.getByText("morning-comfort is paused").waitFor();
    await page.goto(`${world.url}/changes`);
    const pause = page.getByRole("row", { name: /Ada.*schedule\.pause.*morning-comfort.*done/ });
    await pause.waitFor();
    await page.getByRole("searchbox", { name: "What" }).fill("reload");
    await page.keyboard.press("Enter");
    await pause.waitFor({ state: "detached" });
    await reload.waitFor();
    expect(errors).toEqual([]);
  });

  test("a file that is broken is told with its place, while the revision before runs on; mended, the new one runs", async () => {
    const { page, errors } = await world.open("/pipelines/counted?view=yaml");
    const editor = page.getByRole("textbox", { name: path });
    await editor.getByText("number + 1").waitFor();
    const revision = page.getByText(/^revision [0-9a-f]{8} runs/);
    const before = await revision.textContent();
    expect(await flawsOf(page)).toEqual([]);

    await writeFile(join(world.dir, path), counted("number +"));
    await page.getByText("What the file says now is not what runs.").waitFor();
    const finding = page.getByRole("listitem").filter({ hasText: `${path}:4:` });
    await finding.first().waitFor();
    await editor.getByText('"number +"').waitFor();
    expect(await page.locator(".cm-lintRange-error, .cm-lintPoint-error").count()).toBeGreaterThan(0);
    expect(await revision.textContent()).toBe(before);
    expect(await flawsOf(page)).toEqual([]);

    await writeFile(join(world.dir, path), counted("number + 2"));
    await editor.getByText("number + 2").waitFor();
    await page.getByText("What the file says now is not what runs.").waitFor({ state: "detached" });
    await expect.poll(() => revision.textContent()).not.toBe(before);
    await page.goto(`${world.url}/changes?action=reload`);
    await page.getByRole("row", { name: /\(files changed\).*reload.*changed counted/ }).waitFor();
    expect(errors).toEqual([]);
  });
});
