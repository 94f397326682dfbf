// The example project with its simulator, its console, and a browser that looks at it.
import { freePort } from "@signalbox/core/testing";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { projectFolder } from "../../testing/project.ts";
import { startBrowser, watchErrors } from "./browser.ts";
import { type EngineProcess, startEngine } from "./engine-process.ts";
import { exampleFiles } from "./example-files.ts";

/** Browsers share the machine with the engine, and with other tests. Less than a test has: a failure says where. */
const patienceMs = 60_000;

/** The windows that pages are looked at in. */
export const sizes = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const;

export interface OpenPage {
  readonly page: Page;
  /** What went wrong in it. */
  readonly errors: readonly string[];
  readonly context: BrowserContext;
}

export interface ConsoleWorld {
  readonly engine: EngineProcess;
  /** Where the console answers. */
  readonly url: string;
  readonly dir: string;
  /** A page of the console, in a browser of its own: nobody has logged in there yet. */
  open(path: string, size?: keyof typeof sizes): Promise<OpenPage>;
  /** What the console's API answers to a GET below `/api/v1`. */
  get<T>(path: string): Promise<T>;
  /** Posts to a webhook of the example project. */
  call(path: string, body: unknown): Promise<void>;
  /** Drives the simulator: `emit`, `faults/drop-connections` ... */
  simulate(what: string, body?: unknown): Promise<void>;
  /** Ends what `simulate` broke. */
  mend(): Promise<void>;
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
  const simulator = `http://127.0.0.1:${simulatorPort}/simulator`;
  return {
    engine,
    url: String(url),
    dir,
    async open(path, size = "desk") {
      const context = await browser.newContext({ viewport: sizes[size], reducedMotion: "reduce" });
      const page = await context.newPage();
      page.setDefaultTimeout(patienceMs);
      const errors = watchErrors(page);
      await page.goto(`${String(url)}${path}`);
      return { page, errors, context };
    },
    get: async <T>(path: string) => (await answerOf(fetch(`${String(url)}/api/v1/${path}`))) as T,
    async call(path, body) {
      await answerOf(post(`http://127.0.0.1:${httpPort}${path}`, body));
    },
    async simulate(what, body = {}) {
      await answerOf(post(`${simulator}/${what}`, body));
    },
    async mend() {
      await answerOf(fetch(`${simulator}/faults`, { method: "DELETE" }));
    },
    async close() {
      await browser.close();
      await engine.kill();
      await remove();
    },
  };
}

function post(url: string, body: unknown): Promise<Response> {
  // The token is that of radiator-setpoint.
  const headers = { "content-type": "application/json", authorization: "Bearer change-me" };
  return fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
}

async function answerOf(asked: Promise<Response>): Promise<unknown> {
  const response = await asked;
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}
