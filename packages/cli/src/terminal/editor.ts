import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SignalboxError } from "@signalbox/core";
import type { Io } from "./io.ts";

/** Opens `text` in the user's editor as a file called `name`; answers what was saved. Fails with CLI_EDITOR_FAILED. */
export async function editText({ env }: Io, text: string, name: string): Promise<string> {
  const editor = [env["VISUAL"], env["EDITOR"]].find((each) => each !== undefined && each !== "");
  if (editor === undefined) throw new SignalboxError("CLI_EDITOR_FAILED", "neither VISUAL nor EDITOR is set");
  const folder = await mkdtemp(join(tmpdir(), "signalbox-"));
  const path = join(folder, name);
  try {
    // Messages may be private: the folder is the user's alone, and so is the file.
    await writeFile(path, text, { mode: 0o600 });
    // Through a shell, as git does: an editor is often written with its options, `code --wait`.
    const child = spawn(`${editor} "${path}"`, { shell: true, stdio: "inherit" });
    const [code] = (await once(child, "exit")) as [number | null];
    if (code !== 0) throw new SignalboxError("CLI_EDITOR_FAILED", `${editor} ended with ${code ?? "a signal"}`);
    return await readFile(path, "utf8");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
