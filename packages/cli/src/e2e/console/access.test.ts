import type { ChangeList } from "@signalbox/core/control-types";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { flawsOf, missingBrowser } from "../testing/browser.ts";
import { type ConsoleWorld, openConsoleWorld } from "../testing/console-world.ts";

const skip = missingBrowser();
const tokens = { ada: "an operator's long secret", wall: "the wall screen's long secret" };
const settings = `
version: 1
connections:
  warehouse: { postgres: { url: "\${WAREHOUSE_URL:-}" } }
console:
  tokens:
    - { name: ada, role: operator, token: "\${file:secrets/ada}" }
    - { name: wall screen, role: viewer, token: "\${file:secrets/wall}" }
`;

interface Paths {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

describe.skipIf(skip !== undefined)(`access${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
  let world: ConsoleWorld;

  beforeAll(async () => {
    const secrets = { "secrets/ada": tokens.ada, "secrets/wall": tokens.wall };
    world = await openConsoleWorld({ "signalbox.yaml": settings, ...secrets });
  });
  afterAll(() => world?.close());

  const logIn = async (page: Page, token: string): Promise<void> => {
    await page.getByLabel("Token").fill(token);
    await page.getByRole("button", { name: "Log in" }).click();
  };
  /** A POST of the page's browser, with what only the console's own pages are told. */
  const postAs = async (page: Page, path: string): Promise<readonly [number, string]> => {
    const { csrf } = (await (await page.request.get(`${world.url}/api/session`)).json()) as { csrf: string };
    const headers = { "x-signalbox-csrf": csrf };
    const response = await page.request.post(world.url + path, { headers, data: { by: "somebody" } });
    return [response.status(), ((await response.json()) as { code: string }).code];
  };

  test("nothing is told before a login, and a wrong token is none", async () => {
    const { page, errors } = await world.open("/schedules");
    await page.getByRole("heading", { name: "Signalbox" }).waitFor();
    expect((await page.request.get(`${world.url}/api/v1/status`)).status()).toBe(401);
    expect(await flawsOf(page)).toEqual([]);
    await logIn(page, "a token that nobody has");
    await page.getByRole("alert").getByText("Nobody has this token.").waitFor();
    expect(await flawsOf(page)).toEqual([]);
    // The address leads on after the login.
    await logIn(page, tokens.ada);
    await page.getByRole("heading", { name: "Schedules" }).waitFor();
    await page.getByRole("link", { name: "night-setback" }).waitFor();
    expect(errors.filter((text) => !text.includes("401"))).toEqual([]);
  });

  test("a viewer looks: no action can be taken, and the engine refuses each", async () => {
    const { page, errors } = await world.open("/schedules/night-setback");
    await logIn(page, tokens.wall);
    await page.getByRole("heading", { level: 1, name: "night-setback" }).waitFor();
    const why = "You are logged in as a viewer: viewers look, operators act.";
    const pages = {
      "/schedules/night-setback": ["Run now: night-setback", "Pause: night-setback"],
      "/commands": ["Send a command"],
      "/dead-letters": ["Send again (0)", "Purge (0)"],
      "/changes": ["Read the files again"],
    };
    for (const [path, actions] of Object.entries(pages)) {
      await page.goto(world.url + path);
      for (const name of actions) {
        const button = page.getByRole("button", { name });
        await button.and(page.getByTitle(why)).waitFor();
        await button.click({ force: true });
      }
      expect(await page.getByRole("dialog").count()).toBe(0);
      expect(await flawsOf(page)).toEqual([]);
    }
    await page.goto(`${world.url}/playground`);
    await page.getByRole("status").getByText(why).waitFor();

    const { paths } = (await (await page.request.get(`${world.url}/api/openapi.json`)).json()) as Paths;
    const acts = Object.entries(paths).filter(([path, { post }]) => path.startsWith("/api/v1") && post !== undefined);
    expect(acts.length).toBeGreaterThan(10);
    for (const [path] of acts) {
      const asked = path.replaceAll(/\{\w+\}/g, "night-setback");
      expect([path, ...(await postAs(page, asked))]).toEqual([path, 403, "CONTROL_ROLE_REFUSED"]);
    }
    expect(errors.filter((text) => !text.includes("401"))).toEqual([]);
  });

  test("an operator acts under the name of the token, and is nobody after logging out", async () => {
    const { page } = await world.open("/changes");
    await logIn(page, tokens.ada);
    await page.getByRole("button", { name: "Read the files again" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Read them" }).click();
    await page.getByRole("row", { name: /ada.*reload.*done/ }).waitFor();
    const { changes } = (await (
      await page.request.get(`${world.url}/api/v1/changes?action=reload`)
    ).json()) as ChangeList;
    expect(changes[0]).toMatchObject({ by: "ada", via: "console", role: "operator", outcome: "done" });
    await page.getByRole("button", { name: /Who you are/ }).click();
    await page.getByText("an operator: you look and act.").waitFor();
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByLabel("Token").waitFor();
    expect((await page.request.get(`${world.url}/api/v1/status`)).status()).toBe(401);
  });

  // The last one: it leaves this machine's address locked out.
  test("who guesses is kept from guessing on, and the right token does not help then", async () => {
    const { page } = await world.open("/");
    const tooMany = page.getByRole("alert").getByText(/too many tries to log in/i);
    const answer = page.getByRole("alert");
    for (let nth = 0; nth < 11 && (await tooMany.count()) === 0; nth += 1) {
      await page.getByLabel("Token").fill(`guess ${nth}`);
      const answered = page.waitForResponse(/\/api\/login$/);
      await page.getByRole("button", { name: "Log in" }).click();
      await answered;
      await answer.waitFor();
    }
    await tooMany.waitFor();
    await logIn(page, tokens.ada);
    await tooMany.waitFor();
    expect(await page.getByRole("navigation", { name: "Pages" }).count()).toBe(0);
    expect(await flawsOf(page)).toEqual([]);
  });
});
