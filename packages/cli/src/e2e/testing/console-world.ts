// The example project with its simulator, its console, and a browser that looks at it.
import { freePort } from "@signalbox/core/testing";
import type { Browser, Page } from "playwright-core";
import { projectFolder } from "../../testing/project.ts";
import { startBrowser, watchErrors } from "./browser.ts";
import { type EngineProcess, startEngine } from "./engine-process.ts";
import { exampleFiles } from "./example-files.ts";

/** Browsers share the machine with the engine, and with other tests. */
const patienceMs = 60_000;

export interface ConsoleWorld {
  readonly engine: EngineProcess;
  /** Where the console answers, where webhooks do, and where the simulator does. */
  readonly url: string;
  readonly httpUrl: string;
  readonly simulatorUrl: string;
  readonly dir: string;
  /** A page of the console, and the errors it has had. */
  open(path: string): Promise<{ readonly page: Page; readonly errors: readonly string[] }>;
  close(): Promise<void>;
}

/** `files` are written over those of the example project. */
export async function openConsoleWorld(files: Readonly<Record<string, string>> = {}): Promise<ConsoleWorld> {
  const [httpPort, simulatorPort] = [await freePort(), await freePort()];
  const { dir, remove } = await projectFolder({ ...(await exampleFiles(simulatorPort)), ...files });
  const env = {
    SIGNALBOX_CONSOLE_PORT: "0",
    SIGNALBOX_HTTP_PORT: String(httpPort),
    SIGNALBOX_SIMULATOR_PORT: String(simulatorPort),
  };
  const engine = startEngine({ cwd: dir, env });
  const browser: Browser = await startBrowser();
  const { console: url } = await engine.said(({ msg }) => msg === "Signalbox starts.");
  await engine.said(({ msg }) => msg === "Signalbox runs.");
  return {
    engine,
    url: String(url),
    httpUrl: `http://127.0.0.1:${httpPort}`,
    simulatorUrl: `http://127.0.0.1:${simulatorPort}`,
    dir,
    async open(path) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
      const page = await context.newPage();
      page.setDefaultTimeout(patienceMs);
      const errors = watchErrors(page);
      await page.goto(`${String(url)}${path}`);
      return { page, errors };
    },
    async close() {
      await browser.close();
      await engine.kill();
      await remove();
    },
  };
}
