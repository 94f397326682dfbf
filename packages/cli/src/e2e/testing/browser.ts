// A real Chromium without a window, for tests of the console's pages.
import { accessSync, constants, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const install = "Chromium is not installed (Debian: apt-get install chromium, macOS: brew install chromium)";

/** Why tests in a browser have to be skipped, with how to install it; undefined when they can run. With CI=true, missing is an error. */
export function missingBrowser(): string | undefined {
  if (browserPath() !== undefined) return undefined;
  if (process.env["CI"] === "true") throw new Error(`CI must test the pages: ${install}`);
  return install;
}

export async function startBrowser(): Promise<Browser> {
  const executablePath = browserPath();
  if (executablePath === undefined) throw new Error(install);
  // Whoever is root, as containers often are, has no sandbox to run a browser in.
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({ executablePath, args: isRoot ? ["--no-sandbox"] : [] });
}

/** `CHROMIUM_PATH`, or what the PATH has. */
function browserPath(): string | undefined {
  const { CHROMIUM_PATH, PATH = "" } = process.env;
  const candidates = PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return (CHROMIUM_PATH === undefined ? candidates : [CHROMIUM_PATH]).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What axe finds wrong with the page as it is, in the colours of both themes: one line each. */
export async function flawsOf(page: Page): Promise<readonly string[]> {
  const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  await page.evaluate(axe);
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // The colours are there with the next picture but one.
    await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
    const text = await page.evaluate<string>(
      `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => JSON.stringify(violations.flatMap(
        ({ id, nodes }) => nodes.map(({ target, failureSummary }) => [id, target.join(" "), failureSummary].join(": ")))))`,
    );
    found.push(...(JSON.parse(text) as string[]).map((line) => `${colorScheme}: ${line}`));
  }
  return found;
}

/** Texts of errors that the page has had: exceptions, and what the browser refused. */
export function watchErrors(page: Page): readonly string[] {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  return errors;
}
