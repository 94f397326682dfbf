import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { readPages } from "./pages.ts";
import { fedPipeline, getAs, type OpenConsole, openConsole } from "./testing/open-console.ts";

const opened: OpenConsole[] = [];
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sb-pages-"));
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "index.html"), "<!doctype html><title>Signalbox</title>");
  await writeFile(join(folder, "assets", "main-1234.js"), "export {};\n".repeat(100));
  await writeFile(join(folder, ".built-from"), "secret");
  await symlink("/etc/passwd", join(folder, "passwd.html"));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

async function start(): Promise<string> {
  const pages = readPages(folder);
  if (pages === undefined) throw new Error("no pages");
  const console = await openConsole(fedPipeline, { pages });
  opened.push(console);
  return console.url;
}

const asPage = { headers: { accept: "text/html" } };

test.each(["/", "/index.html", "/pipelines/office-air?view=tap", "/pipelines/%3Cscript%3E"])(
  "%s is the page: never stored, and nothing runs in it but its own scripts",
  async (path) => {
    const answer = await fetch((await start()) + path, asPage);
    expect([answer.status, await answer.text()]).toEqual([200, "<!doctype html><title>Signalbox</title>"]);
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toContain("unsafe");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
  },
);

test("files are kept by the browser, for their names tell what is in them, and are sent small", async () => {
  const url = `${await start()}/assets/main-1234.js`;
  const answer = await fetch(url);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    "cache-control": "public, max-age=31536000, immutable",
    "content-encoding": "gzip",
    "content-type": "text/javascript; charset=utf-8",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
  });
  expect(await answer.text()).toBe("export {};\n".repeat(100));
  expect((await getAs(url, "localhost")).body).toBe("export {};\n".repeat(100));
});

test.each([
  "/assets/../../../etc/passwd",
  "/assets/%2e%2e/%2e%2e/etc/passwd",
  "/assets/..%2f..%2fetc%2fpasswd",
  "/assets/none.js",
  "/.built-from",
  "/passwd.html",
  "/api/none",
])("%s is nothing of ours, neither as a page nor as a file", async (path) => {
  const { status, body } = await getAs((await start()) + path, "localhost");
  expect(status).toBe(404);
  expect(body).not.toContain("root:");
  expect(body).not.toContain("secret");
});

test("unknown paths of the API are refused as JSON even to a browser, and what acts is no page", async () => {
  const url = await start();
  const api = await fetch(`${url}/api/v1/none`, asPage);
  expect([api.status, await api.json()]).toMatchObject([404, { code: "CONTROL_PATH_UNKNOWN" }]);
  const posted = await fetch(`${url}/pipelines`, { ...asPage, method: "POST" });
  expect(posted.status).toBe(404);
  expect((await fetch(url, { ...asPage, method: "HEAD" })).status).toBe(200);
});

test("where nobody built the pages, the rest answers and says how", async () => {
  expect(readPages(join(folder, "none"))).toBeUndefined();
  const console = await openConsole(fedPipeline);
  opened.push(console);
  const answer = (await (await fetch(console.url, asPage)).json()) as { hint: string };
  expect(answer.hint).toContain("pnpm build");
});
