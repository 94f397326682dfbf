// Takes the pictures of docs/console from a running engine: each page in light and dark, on a desk and on a phone.
// Usage: node packages/console/scripts/screenshots.mjs [http://localhost:8080] [page ...]
// They are made small with ImageMagick where it is installed.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const { chromium } = createRequire(join(root, "packages/cli/package.json"))("playwright-core");
const out = join(root, "docs", "console");
const [url = "http://localhost:8080", ...wanted] = process.argv.slice(2);

/** What is shown, and when it is there. */
const pages = {
  overview: ["/", ".graph svg"],
  pipeline: ["/pipelines/wall-display", ".uplot"],
  tap: ["/pipelines/wall-display?view=tap", ".seen-list li:nth-child(6)"],
  "dead-letters": ["/dead-letters", "tbody tr"],
  schedules: ["/schedules", "tbody tr"],
  commands: ["/commands", "tbody tr"],
  connections: ["/connections", ".card"],
  devices: ["/devices", "tbody tr"],
  playground: ["/playground", ".json"],
  changes: ["/changes", "tbody tr"],
};
const sizes = { desk: { width: 1440, height: 900 }, phone: { width: 360, height: 800 } };
const settleMs = 2_500;

mkdirSync(out, { recursive: true });
const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
for (const [name, [path, ready]] of Object.entries(pages)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const [size, viewport] of Object.entries(sizes)) {
    const page = await browser.newPage({ viewport, reducedMotion: "reduce" });
    await page.goto(url + path);
    await page.locator(ready).first().waitFor({ timeout: 120_000 });
    await page.waitForTimeout(settleMs);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.waitForTimeout(300);
      const file = join(out, `${name}-${size}-${colorScheme}.png`);
      await page.screenshot({ path: file });
      spawnSync("convert", [file, "-colors", "96", `PNG8:${file}`]);
      process.stdout.write(`${file}\n`);
    }
    await page.close();
  }
}
await browser.close();
