// Builds the pages of the console (web/) into dist/web, unless what is there was built from the same files.
// It is built aside and moved into place, so that nobody ever serves half of it.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../", import.meta.url));
const web = join(folder, "web");
const out = join(folder, "dist", "web");

function filesIn(root) {
  const found = readdirSync(root, { recursive: true, withFileTypes: true });
  return found.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
}

function digest() {
  const hash = createHash("sha256");
  const versions = [join(folder, "package.json"), join(folder, "../../pnpm-lock.yaml"), fileURLToPath(import.meta.url)];
  for (const file of [...filesIn(web).toSorted(), ...versions]) hash.update(file).update(readFileSync(file));
  return hash.digest("hex");
}

function builtFrom() {
  try {
    return readFileSync(join(out, ".built-from"), "utf8");
  } catch {
    return undefined;
  }
}

const wanted = digest();
if (builtFrom() !== wanted) {
  const { build } = await import("vite");
  const aside = `${out}-${process.pid}`;
  await build({
    root: web,
    configFile: false,
    logLevel: "warn",
    build: {
      outDir: aside,
      emptyOutDir: true,
      target: "es2023",
      // Everything is a file of its own: the content security policy allows nothing inside the page.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rolldownOptions: { checks: { pluginTimings: false } },
    },
  });
  writeFileSync(join(aside, ".built-from"), wanted);
  rmSync(out, { recursive: true, force: true });
  renameSync(aside, out);
}
